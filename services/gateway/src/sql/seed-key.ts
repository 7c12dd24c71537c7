import { rows, type Transaction, touch } from '@shotwire/postgres';

/** Marks the one key of an account that the operator's settings hold. */
const label = 'environment';

interface Seed {
  /** The id of the key's row, if it is a new key. */
  id: string;
  accountId: string;
  prefix: string;
  sha256: Buffer;
}

/**
 * Makes the account and lets the key of the settings in as an admin key, and no other key that was in the settings before.
 * Replicas that start together take turns.
 */
export async function seedKey(trx: Transaction, { id, accountId, prefix, sha256 }: Seed): Promise<void> {
  await touch(trx, 'insert into accounts (id) values (:accountId) on conflict do nothing', { accountId });
  await rows(trx, 'select 1 from accounts where id = :accountId for update', { accountId });
  await touch(
    trx,
    `insert into api_keys (id, account_id, name, prefix, sha256, scopes, domains, label)
     values (:id, :accountId, 'SHOTWIRE_API_KEY', :prefix, :sha256, '{admin}', '{}', :label)
     on conflict (sha256) do update set
       account_id = excluded.account_id, name = excluded.name, prefix = excluded.prefix, scopes = excluded.scopes,
       domains = excluded.domains, label = excluded.label, revoked_at = null`,
    { id, accountId, prefix, sha256, label },
  );
  await touch(
    trx,
    `update api_keys set revoked_at = clock_timestamp()
     where account_id = :accountId and label = :label and sha256 <> :sha256 and revoked_at is null`,
    { accountId, sha256, label },
  );
}
