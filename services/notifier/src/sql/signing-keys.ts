import type { Instant } from '@shotwire/contract';
import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import type { Sealer } from '../core/seal.ts';
import { keyPairFrom } from '../core/signing-key.ts';

/** A public key of this installation. */
export interface PublicKeyRow {
  kid: string;
  publicKey: Buffer;
  createdAt: Instant;
}

interface InstanceKeyParts {
  sealer: Sealer;
  randomBytes: (size: number) => Buffer;
}

/** The installation's newest key pair, made now if there is none: one for all replicas, however many ask for it first. */
export async function instanceKey(trx: Transaction, { sealer, randomBytes }: InstanceKeyParts): Promise<ReturnType<typeof keyPairFrom>> {
  const found = await newest(trx);
  if (found) return open(sealer, found);
  // Pairs have different ids, so that only a lock keeps two replicas from making one each.
  await touch(trx, "select pg_advisory_xact_lock('signing_keys'::regclass::oid::bigint)");
  const theirs = await newest(trx);
  if (theirs) return open(sealer, theirs);
  const seed = randomBytes(32);
  const made = keyPairFrom(seed);
  await touch(trx, 'insert into signing_keys (kid, public_key, sealed_private) values (:kid, :publicKey, :sealed)', {
    kid: made.kid,
    publicKey: made.publicKey,
    sealed: sealer.seal(seed, contextOf(made.kid)),
  });
  return made;
}

/** All public keys, newest first. */
export function listPublicKeys(trx: Transaction): Promise<PublicKeyRow[]> {
  return rows(trx, 'select kid, public_key as "publicKey", created_at as "createdAt" from signing_keys order by created_at desc, kid');
}

interface SealedKey {
  kid: string;
  sealed: Buffer;
}

const contextOf = (kid: string) => `signing-key ${kid}`;

function newest(trx: Transaction): Promise<SealedKey | undefined> {
  return row(trx, 'select kid, sealed_private as sealed from signing_keys order by created_at desc, kid limit 1');
}

function open(sealer: Sealer, { kid, sealed }: SealedKey): ReturnType<typeof keyPairFrom> {
  return keyPairFrom(sealer.open(sealed, contextOf(kid)));
}
