import { rows, type Transaction, touch } from '@shotwire/postgres';

/** Marks the one key of an account that the operator's settings hold. */
const label = 'environment';

interface Seed {
  /** The id of the key's row, if it is a new key. */
  id: string;
  accountId: string;
  sha256: Buffer;
}

/**
 * Makes the account and lets the key of the settings in, and no other key that was in the settings before.
 * Replicas that start together take turns.
 */
export async function seedKey(trx: Transaction, { id, accountId, sha256 }: Seed): Promise<void> {
  await touch(trx, 'insert into accounts (id) values (:accountId) on conflict do nothing', { accountId });
  await rows(trx, 'select 1 from accounts where id = :accountId for update', { accountId });
  await touch(
    trx,
    `insert into api_keys (id, account_id, sha256, label) values (:id, :accountId, :sha256, :label)
     on conflict (sha256) do update set revoked_at = null, label = excluded.label`,
    { id, accountId, sha256, label },
  );
  await touch(
    trx,
    `update api_keys set revoked_at = clock_timestamp()
     where account_id = :accountId and label = :label and sha256 <> :sha256 and revoked_at is null`,
    { accountId, sha256, label },
  );
}
