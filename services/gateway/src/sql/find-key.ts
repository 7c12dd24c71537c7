import { row, type Transaction } from '@shotwire/postgres';
import type { ApiKey } from '../keys/api-key.ts';

/**
 * The key of a hash; undefined when there is no such key or it was revoked. That it was used is written down
 * when that is a minute old, so once a minute at most, however many replicas look.
 */
export function findKey(trx: Transaction, sha256: Buffer): Promise<ApiKey | undefined> {
  return findKeyBy(trx, 'sha256', sha256);
}

/** The key of an id, a UUID, in the same way. */
export function findKeyById(trx: Transaction, id: string): Promise<ApiKey | undefined> {
  return findKeyBy(trx, 'id', id);
}

function findKeyBy(trx: Transaction, column: 'sha256' | 'id', value: Buffer | string): Promise<ApiKey | undefined> {
  return row<ApiKey>(
    trx,
    `with used as (
       update api_keys set last_used_at = clock_timestamp()
       where ${column} = :value and revoked_at is null
         and (last_used_at is null or last_used_at <= clock_timestamp() - interval '1 minute')
     )
     select id, account_id as "accountId", name, scopes, domains from api_keys where ${column} = :value and revoked_at is null`,
    { value },
  );
}
