import { cancel } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import type { BatchRow } from '../core/batch.ts';
import { originsOf } from '../core/screenshot.ts';
import { findBatch } from './find-batches.ts';
import { followOn } from './follow-on.ts';
import { columns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';
import { announceEnds, countEnds, dropPages, type Ended, type Telling } from './tell-ends.ts';

interface Wanted {
  id: string;
  accountId: string;
}

/** Rows that are held at once. */
const CHUNK = 500;

/**
 * Says that a batch is taken back: from now on nothing is added to it, and it will have been cancelled however its rows end.
 * It comes in a transaction before the cancelling, since whoever has a batch waits for no screenshot. False when the batch has ended.
 */
export async function closeBatch(trx: Transaction, { id, accountId }: Wanted): Promise<boolean> {
  const closed = await touch(
    trx,
    `update batches set cancelled_at = coalesce(cancelled_at, clock_timestamp())
     where id = :id and account_id = :accountId and ended_at is null`,
    { id, accountId },
  );
  return closed === 1;
}

/** Cancels what has not ended of a closed batch, which ends it; gives the batch. */
export async function cancelBatch(
  trx: Transaction,
  { id, accountId, leaseS, newEventId }: Wanted & Telling & { leaseS: number },
): Promise<BatchRow | undefined> {
  const origins = originsOf('cancelled');
  const open = await idsOf(trx, 'select id from screenshots where batch_id = :id and status = any(:origins) order by id', { id, origins });
  // The queue's rows before the screenshots', each in the order of their ids, as in every other act on both.
  await cancel(trx, ...open);
  await idsOf(
    trx,
    `select id from screenshots where (id = any(:open::uuid[]) or leader_id = any(:open::uuid[])) and status = any(:origins)
     order by id for update`,
    { open, origins },
  );
  const ended: Ended[] = [];
  for (let from = 0; from < open.length; from += CHUNK) {
    const stored = await rows<StoredRow>(
      trx,
      `update screenshots
       set status = 'cancelled', ended_at = clock_timestamp(), leader_id = null, options = options - :secretOptions::text[],
           image_remove_at = case when started_at is not null then clock_timestamp() + make_interval(secs => :leaseS) end
       where id = any(:ids::uuid[]) and status = any(:origins)
       returning ${columns}`,
      { ids: open.slice(from, from + CHUNK), secretOptions, origins, leaseS },
    );
    const cancelled = stored.map(screenshotFromStored);
    await announceEnds(trx, cancelled, { newEventId });
    ended.push(...cancelled.map(({ batchId, status, cache, resultBytes }) => ({ accountId, batchId, status, cache, resultBytes })));
  }
  const leaders = await idsOf(
    trx,
    "select distinct leader_id as id from screenshots where leader_id = any(:open::uuid[]) and status = 'pending'",
    {
      open,
    },
  );
  for (const leader of leaders) await followOn(trx, { id: leader, accountId });
  await dropPages(trx, open);
  await countEnds(trx, ended, { newEventId });
  return findBatch(trx, { id, accountId });
}

async function idsOf(trx: Transaction, sql: string, bindings: Parameters<typeof rows>[2]): Promise<string[]> {
  return (await rows<{ id: string }>(trx, sql, bindings)).map(({ id }) => id);
}
