import { row, type Transaction } from '@shotwire/postgres';

/** The account that a key, known by its hash, belongs to; undefined when there is no such key or it was revoked. */
export async function findAccountOfKey(trx: Transaction, sha256: Buffer): Promise<string | undefined> {
  const found = await row<{ accountId: string }>(
    trx,
    'select account_id as "accountId" from api_keys where sha256 = :sha256 and revoked_at is null',
    { sha256 },
  );
  return found?.accountId;
}
