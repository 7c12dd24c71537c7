import { announce } from '@shotwire/events';
import { type Transaction, touch } from '@shotwire/postgres';
import { batchEventOf } from '../core/batch.ts';
import { eventOf } from '../core/event.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { countInBatches } from './count-in-batches.ts';
import { countUsage } from './count-usage.ts';

/** What events are made of that a row does not say. */
export interface Telling {
  newEventId: () => string;
}

/** What is counted of a screenshot that ended. */
export type Ended = Pick<ScreenshotRow, 'accountId' | 'batchId' | 'status' | 'cache' | 'resultBytes'>;

/**
 * What follows from the end of screenshots, in the transaction that ends them: their events, what they count in their batches and for
 * their accounts, and the end of a batch that has no others. Every way of ending comes by here, after it has locked all its screenshots.
 */
export async function tellEnds(trx: Transaction, ended: readonly ScreenshotRow[], telling: Telling): Promise<void> {
  await dropPages(
    trx,
    ended.map(({ id }) => id),
  );
  await announceEnds(trx, ended, telling);
  await countEnds(trx, ended, telling);
}

/** Forgets the pages that came with wishes that have ended. Those who share such a capture have it from here, so they come first. */
export async function dropPages(trx: Transaction, ids: readonly string[]): Promise<void> {
  await touch(trx, 'delete from screenshot_sources where screenshot_id = any(:ids::uuid[])', { ids });
}

/** A part of {@link tellEnds}, for those who end more screenshots than they hold at once. */
export async function announceEnds(trx: Transaction, ended: readonly ScreenshotRow[], { newEventId }: Telling): Promise<void> {
  if (ended.length === 0) return;
  await announce(trx, ...ended.map((screenshot) => eventOf(screenshot, newEventId())));
}

/** The last part: it locks batches, and after it no screenshot may be locked. */
export async function countEnds(trx: Transaction, ended: readonly Ended[], { newEventId }: Telling): Promise<void> {
  if (ended.length === 0) return;
  const batches = await countInBatches(trx, ended);
  if (batches.length > 0) await announce(trx, ...batches.map((batch) => batchEventOf(batch, newEventId())));
  await countUsage(trx, ended);
}
