import { row, type Transaction } from '@shotwire/postgres';
import type { ApiKey } from '../keys/api-key.ts';

/**
 * The key of a hash; undefined when there is no such key or it was revoked. That it was used is written down
 * when that is a minute old, so once a minute at most, however many replicas look.
 */
export function findKey(trx: Transaction, sha256: Buffer): Promise<ApiKey | undefined> {
  return row<ApiKey>(
    trx,
    `with used as (
       update api_keys set last_used_at = clock_timestamp()
       where sha256 = :sha256 and revoked_at is null
         and (last_used_at is null or last_used_at <= clock_timestamp() - interval '1 minute')
     )
     select id, account_id as "accountId", name, scopes, domains from api_keys where sha256 = :sha256 and revoked_at is null`,
    { sha256 },
  );
}
