import type { ApiKey } from './api-key.ts';
import { hashKey } from './hash-key.ts';

/** Knows whose key it is. */
export interface Keyring {
  /** A key by what was sent, or undefined for no key of ours. Failure `unavailable` when that cannot be found out. */
  find(sent: string): Promise<ApiKey | undefined>;
  /** A key by its id, for what was signed in its name. The id is no secret: who names it has shown nothing yet. */
  findById(id: string): Promise<ApiKey | undefined>;
  /** Looks again when this one comes next. */
  forget(id: string): void;
}

interface KeyringParts {
  /** Looks a key up by its hash. */
  findKey: (sha256: Buffer) => Promise<ApiKey | undefined>;
  /** Looks a key up by its id, a UUID. */
  findKeyById: (id: string) => Promise<ApiKey | undefined>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long a key is believed without looking again: after that every replica knows of a revocation. */
const rememberMs = 5_000;
const mostRemembered = 10_000;

/** A keyring that remembers the keys it has found. Those it has not found are looked up each time. */
export function createKeyring({ findKey, findKeyById, now }: KeyringParts): Keyring {
  const found = new Map<string, { key: ApiKey; untilMs: number }>();
  const underWay = new Map<string, Promise<ApiKey | undefined>>();

  async function look(name: string, findIt: () => Promise<ApiKey | undefined>): Promise<ApiKey | undefined> {
    // From here on: what is revoked while the answer is on its way is believed no longer than anything else.
    const untilMs = now() + rememberMs;
    const key = await findIt();
    found.delete(name);
    if (key) found.set(name, { key, untilMs });
    // A map keeps its order, so the first one is the oldest.
    if (found.size > mostRemembered) found.delete(found.keys().next().value as string);
    return key;
  }

  async function remember(name: string, findIt: () => Promise<ApiKey | undefined>): Promise<ApiKey | undefined> {
    const remembered = found.get(name);
    if (remembered && remembered.untilMs > now()) return remembered.key;
    // Those that come at the same moment share a look.
    const looking = underWay.get(name) ?? look(name, findIt).finally(() => underWay.delete(name));
    underWay.set(name, looking);
    return looking;
  }

  return {
    async find(sent) {
      const sha256 = hashKey(sent);
      return remember(`hash ${sha256.toString('base64')}`, () => findKey(sha256));
    },
    async findById(id) {
      return remember(`id ${id}`, () => findKeyById(id));
    },
    forget(id) {
      for (const [name, { key }] of found) if (key.id === id) found.delete(name);
    },
  };
}
