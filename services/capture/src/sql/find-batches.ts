import { type Binding, row, rows, type Transaction } from '@shotwire/postgres';
import type { BatchRow, BatchState } from '../core/batch.ts';
import { batchColumns, batchFromStored, type StoredBatch } from './batch-row.ts';

/** One batch of an account, or undefined. */
export async function findBatch(trx: Transaction, { id, accountId }: { id: string; accountId: string }): Promise<BatchRow | undefined> {
  const stored = await row<StoredBatch>(trx, `select ${batchColumns} from batches where id = :id and account_id = :accountId`, {
    id,
    accountId,
  });
  return stored && batchFromStored(stored);
}

/** The same, named by its number. */
export async function findBatchByNumber(
  trx: Transaction,
  { number, accountId }: { number: bigint; accountId: string },
): Promise<BatchRow | undefined> {
  const stored = await row<StoredBatch>(trx, `select ${batchColumns} from batches where number = :number and account_id = :accountId`, {
    number: String(number),
    accountId,
  });
  return stored && batchFromStored(stored);
}

interface Page {
  accountId: string;
  status: BatchState | undefined;
  /** Only those that find their pages by themselves, or only the others. */
  crawls: boolean | undefined;
  /** The number of the last one seen. */
  after: bigint | undefined;
  offset: number;
  limit: number;
}

/** A page of an account's batches, newest first. */
export async function listBatches(trx: Transaction, { accountId, status, crawls, after, offset, limit }: Page): Promise<BatchRow[]> {
  const wheres = ['account_id = :accountId'];
  const bindings: Record<string, Binding> = { accountId, offset, limit };
  if (status !== undefined) {
    wheres.push('status = :status');
    bindings.status = status;
  }
  if (crawls !== undefined) wheres.push(`crawl_start_url is ${crawls ? 'not ' : ''}null`);
  if (after !== undefined) {
    wheres.push('number < :after');
    bindings.after = String(after);
  }
  const stored = await rows<StoredBatch>(
    trx,
    `select ${batchColumns} from batches where ${wheres.join(' and ')} order by number desc limit :limit offset :offset`,
    bindings,
  );
  return stored.map(batchFromStored);
}
