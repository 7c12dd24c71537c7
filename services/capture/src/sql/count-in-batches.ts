import { rows, type Transaction, touch } from '@shotwire/postgres';
import type { BatchRow } from '../core/batch.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { batchColumns, batchFromStored, type StoredBatch } from './batch-row.ts';

/** Whether a batch has no others that are to end. */
const whole = 'completed + failed + cancelled + more_completed + more_failed + more_cancelled = total';

type Ended = readonly Pick<ScreenshotRow, 'batchId' | 'status'>[];

const batchesOf = (ended: Ended) => [...new Set(ended.flatMap(({ batchId }) => batchId ?? []))].sort();

/** Locks the batches of screenshots in one order, so that two that end screenshots of the same ones do not wait for each other. */
export async function lockBatches(trx: Transaction, ended: Ended): Promise<void> {
  await touch(trx, 'select 1 from batches where id = any(:ids::uuid[]) order by id for update', { ids: batchesOf(ended) });
}

/**
 * Counts screenshots that ended in their batches; gives the batches that ended with them.
 * It locks batches, so it comes after everything that locks screenshots: whoever has a batch waits for no screenshot.
 */
export async function countInBatches(trx: Transaction, ended: Ended): Promise<BatchRow[]> {
  const ids = batchesOf(ended);
  if (ids.length === 0) return [];
  if (ids.length > 1) await lockBatches(trx, ended);
  const count = (status: ScreenshotRow['status']) =>
    ids.map((id) => ended.filter((one) => one.batchId === id && one.status === status).length);
  const stored = await rows<StoredBatch>(
    trx,
    `update batches
     set completed = completed + more_completed, failed = failed + more_failed, cancelled = cancelled + more_cancelled,
         ended_at = case when ${whole} then clock_timestamp() end,
         status = case
           when not (${whole}) then status
           when cancelled_at is not null then 'cancelled'
           when completed + more_completed > 0 then 'completed'
           else 'failed'
         end
     from unnest(:ids::uuid[], :completed::int[], :failed::int[], :cancelled::int[])
            as more (batch_id, more_completed, more_failed, more_cancelled)
     where id = batch_id
     returning ${batchColumns}`,
    { ids, completed: count('completed'), failed: count('failed'), cancelled: count('cancelled') },
  );
  return stored.map(batchFromStored).filter(({ endedAt }) => endedAt !== null);
}
