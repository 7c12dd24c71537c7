import { row, type Transaction } from '@shotwire/postgres';

interface Revocation {
  id: string;
  /** The account whose key it must be; null for any. */
  accountId: string | null;
}

/** Ends a key, and says whether it did: the key of the settings stays. Undefined when there is no such key. */
export async function revokeKey(trx: Transaction, { id, accountId }: Revocation): Promise<boolean | undefined> {
  const named = await row<{ revoked: boolean }>(
    trx,
    `with named as (
       select id, label from api_keys
       where id = :id and revoked_at is null and account_id = coalesce(:accountId, account_id)
     ),
     ended as (
       update api_keys set revoked_at = clock_timestamp() where id in (select id from named where label is null)
     )
     select label is null as revoked from named`,
    { id, accountId },
  );
  return named?.revoked;
}
