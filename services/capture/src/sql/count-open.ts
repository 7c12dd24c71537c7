import { row, type Transaction } from '@shotwire/postgres';

/** How many screenshots of an account have not ended, counted no further than `atMost`. */
export async function countOpen(trx: Transaction, { accountId, atMost }: { accountId: string; atMost: number }): Promise<number> {
  const counted = await row<{ open: number }>(
    trx,
    `select count(*) as open from (
       select 1 from screenshots
       where account_id = :accountId and status in ('pending', 'processing') and deleted_at is null limit :atMost
     ) counted`,
    { accountId, atMost },
  );
  return counted?.open ?? 0;
}
