import { hashKey } from './hash-key.ts';

/** Knows whose key it is. */
export interface Keyring {
  /** The account of a key, or undefined for no key of ours. Failure `unavailable` when that cannot be found out. */
  accountOf(key: string): Promise<string | undefined>;
}

interface KeyringParts {
  /** Looks a key up by its hash. */
  findAccount: (sha256: Buffer) => Promise<string | undefined>;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long a key is believed without looking again; a revoked one works for as long. */
const rememberMs = 30_000;
const mostRemembered = 10_000;

/** A keyring that remembers the keys it has found. Those it has not found are looked up each time. */
export function createKeyring({ findAccount, now }: KeyringParts): Keyring {
  const found = new Map<string, { account: string; untilMs: number }>();

  return {
    async accountOf(key) {
      const sha256 = hashKey(key);
      const name = sha256.toString('base64');
      const remembered = found.get(name);
      if (remembered && remembered.untilMs > now()) return remembered.account;
      const account = await findAccount(sha256);
      found.delete(name);
      if (account !== undefined) found.set(name, { account, untilMs: now() + rememberMs });
      // A map keeps its order, so the first one is the oldest.
      if (found.size > mostRemembered) found.delete(found.keys().next().value as string);
      return account;
    },
  };
}
