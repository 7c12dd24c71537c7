import { rows, type Transaction } from '@shotwire/postgres';
import { findKeptWishes, type Kept } from './find-kept-wishes.ts';

/** The rows of a batch that failed, in their order, as they could be made once more. They stay for as long as the transaction lasts. */
export async function findFailedRows(trx: Transaction, { id, accountId }: { id: string; accountId: string }): Promise<Kept[]> {
  const found = await rows<{ id: string }>(
    trx,
    `select id from screenshots
     where batch_id = :id and account_id = :accountId and status = 'failed' and deleted_at is null order by batch_row`,
    { id, accountId },
  );
  return findKeptWishes(trx, { ids: found.map((one) => one.id), accountId });
}
