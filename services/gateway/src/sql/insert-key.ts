import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import type { ApiKey } from '../keys/api-key.ts';
import { type KeyRow, keyColumns } from './key-row.ts';

interface NewKey extends ApiKey {
  sha256: Buffer;
  prefix: string;
}

/** Keys that an account may have at once. */
export const mostKeys = 1_000;

/** Adds a key to an account, which is made if it is not there. Undefined when the account has as many as it may have. */
export async function insertKey(trx: Transaction, { id, accountId, name, prefix, sha256, scopes, domains }: NewKey) {
  await touch(trx, 'insert into accounts (id) values (:accountId) on conflict do nothing', { accountId });
  // They take turns, so that none of them is one too many.
  await rows(trx, 'select 1 from accounts where id = :accountId for update', { accountId });
  return row<KeyRow>(
    trx,
    `insert into api_keys (id, account_id, name, prefix, sha256, scopes, domains, label)
     select :id, :accountId, :name, :prefix, :sha256, :scopes, :domains, null
     where (select count(*) from api_keys where account_id = :accountId and revoked_at is null) < :mostKeys
     returning ${keyColumns}`,
    { id, accountId, name, prefix, sha256, scopes, domains, mostKeys },
  );
}
