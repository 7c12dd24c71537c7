import { enqueue, raise } from '@shotwire/lanes';
import { row, type Transaction } from '@shotwire/postgres';
import { fingerprintOf } from '../core/fingerprint.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { findEqualResult, findLeader, lockEqualWishes } from './find-equal.ts';
import { insertPages, insertRows, type NewRow } from './insert-rows.ts';
import { columns, lanePriorities, resultColumns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';
import { type Telling, tellEnds } from './tell-ends.ts';

/** A wish that is to be written down. */
export interface Wish extends Omit<NewRow, 'fingerprint' | 'leaderId' | 'cache' | 'batchId' | 'batchRow'>, Telling {
  /** Share the capture of an equal wish that has not ended. */
  dedupe: boolean;
  /** Take the result of an equal wish whose capture ended no longer than this ago; 0 for never. */
  cacheTtlS: number;
  retentionHours: number;
}

/**
 * Writes a wish down and puts it into its account's lane, unless an equal one has or will have its result.
 * Undefined when there is one of that id already.
 */
export async function insertScreenshot(trx: Transaction, wish: Wish): Promise<ScreenshotRow | undefined> {
  const { id, accountId, priority, dedupe, cacheTtlS } = wish;
  const equal = { accountId, fingerprint: fingerprintOf(wish) };
  if (dedupe) await lockEqualWishes(trx, equal);
  const result = cacheTtlS > 0 ? await findEqualResult(trx, { ...equal, cacheTtlS }) : undefined;
  const lane = { itemId: id, lane: accountId, priority: lanePriorities[priority] };
  const leader = dedupe && !result ? await findLeader(trx, equal, (itemId) => raise(trx, { ...lane, itemId })) : undefined;
  const cache = result || leader ? 'hit' : dedupe || cacheTtlS > 0 ? 'miss' : null;
  const given = { ...wish, ...equal, leaderId: leader ?? null, cache, batchId: null, batchRow: null } as const;

  const [stored] = await insertRows<StoredRow>(trx, [given], columns);
  if (!stored) return undefined;
  if (result) return completeAtOnce(trx, wish, result);
  if (!leader) {
    await enqueue(trx, lane);
    await insertPages(trx, [wish]);
  }
  return screenshotFromStored(stored);
}

async function completeAtOnce(trx: Transaction, { id, retentionHours, newEventId }: Wish, from: string): Promise<ScreenshotRow> {
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set (${resultColumns}) = (select ${resultColumns} from screenshots where id = :from),
         ended_at = clock_timestamp(), options = options - :secretOptions::text[],
         image_remove_at = clock_timestamp() + make_interval(secs => coalesce(expires_in, :retentionHours * 3600))
     where id = :id
     returning ${columns}`,
    { id, from, secretOptions, retentionHours },
  );
  const completed = screenshotFromStored(stored as StoredRow);
  await tellEnds(trx, [completed], { newEventId });
  return completed;
}
