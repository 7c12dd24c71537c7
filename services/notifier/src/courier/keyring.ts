import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Sealer } from '../core/seal.ts';
import { secretBytes } from '../core/secret.ts';
import type { SealedSecret } from '../sql/secrets.ts';

/** Opens the secrets of accounts and apps. */
export type Keyring = (secrets: readonly SealedSecret[]) => KeyObject[];

/** Secrets that are remembered; the first are forgotten first. */
const MOST = 1_000;

/** A keyring that opens each secret once, since the same few sign nearly everything, and opening costs more than signing. */
export function createKeyring(sealer: Sealer): Keyring {
  const opened = new Map<string, KeyObject>();
  return (secrets) =>
    secrets.map(({ owner, sealed }) => {
      const name = `${owner} ${sealed.toString('base64')}`;
      const known = opened.get(name);
      if (known) return known;
      const key = createSecretKey(secretBytes(sealer.open(sealed, `secret ${owner}`).toString()));
      opened.set(name, key);
      for (const oldest of opened.keys()) {
        if (opened.size <= MOST) break;
        opened.delete(oldest);
      }
      return key;
    });
}
