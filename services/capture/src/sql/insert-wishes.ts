import { enqueue } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { fingerprintOf } from '../core/fingerprint.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { type Share, shareCaptures } from '../core/share-captures.ts';
import { findEqualResults, findLeaders } from './find-equal.ts';
import { insertPages, insertRows, type NewRow } from './insert-rows.ts';
import { columns, lanePriorities, resultColumns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';

/** A wish that is to be written down. */
export interface Wish extends Omit<NewRow, 'fingerprint' | 'leaderId' | 'cache'> {
  /** Share the capture of an equal wish that has not ended. */
  dedupe: boolean;
  /** Take the result of an equal wish whose capture ended no longer than this ago; 0 for never. */
  cacheTtlS: number;
}

/** A wish of which is decided how it comes to its result. */
export type PlannedWish = Wish & Pick<NewRow, 'fingerprint'> & Share;

/** Decides how the wishes of one account come to their results. What it finds stays as it is until the transaction ends. */
export async function planWishes(trx: Transaction, accountId: string, wishes: readonly Wish[]): Promise<PlannedWish[]> {
  const printed = wishes.map((wish) => ({ ...wish, fingerprint: fingerprintOf(wish) }));
  const takers = printed.filter(({ cacheTtlS }) => cacheTtlS > 0);
  const results = await findEqualResults(trx, { accountId, takers });
  const joining = printed.filter(({ id, dedupe }) => dedupe && !results.has(id));
  const fingerprints = new Map(joining.map(({ fingerprint }) => [fingerprint.toString('hex'), fingerprint]));
  const urgent = new Set(
    joining.filter(({ priority }) => priority === 'interactive').map(({ fingerprint }) => fingerprint.toString('hex')),
  );
  const leaders = await findLeaders(trx, { accountId, fingerprints: [...fingerprints.values()], urgent });
  const shares = shareCaptures(printed, { leaders, results });
  return printed.map((wish) => ({ ...wish, ...(shares.get(wish.id) as Share) }));
}

/**
 * Writes planned wishes down and puts those into their account's lane that have a capture of their own.
 * Gives those that ended at once, to be told of. A wish whose id is there already is passed over.
 */
export async function insertWishes(
  trx: Transaction,
  wishes: readonly PlannedWish[],
  { retentionHours }: { retentionHours: number },
): Promise<ScreenshotRow[]> {
  const written = new Set(await insertRows(trx, wishes));
  const fresh = wishes.filter(({ id }) => written.has(id));
  const waiting = fresh.filter(({ leaderId, resultId }) => leaderId === null && resultId === null);
  await insertPages(trx, waiting);
  if (waiting.length > 0)
    await enqueue(
      trx,
      ...waiting.map(({ id, accountId, urgency }) => ({ itemId: id, lane: accountId, priority: lanePriorities[urgency] })),
    );
  return completeAtOnce(
    trx,
    fresh.filter(({ resultId }) => resultId !== null),
    retentionHours,
  );
}

async function completeAtOnce(trx: Transaction, takers: readonly PlannedWish[], retentionHours: number): Promise<ScreenshotRow[]> {
  if (takers.length === 0) return [];
  const stored = await rows<StoredRow>(
    trx,
    `update screenshots
     set (${resultColumns}) = (select ${resultColumns} from screenshots where id = result_id),
         ended_at = clock_timestamp(), options = options - :secretOptions::text[],
         image_remove_at = clock_timestamp() + make_interval(secs => coalesce(expires_in, :retentionHours * 3600))
     from unnest(:takerIds::uuid[], :resultIds::uuid[]) as taken (taker_id, result_id)
     where id = taker_id
     returning ${columns}`,
    {
      takerIds: takers.map(({ id }) => id),
      resultIds: takers.map(({ resultId }) => resultId),
      secretOptions,
      retentionHours,
    },
  );
  return stored.map(screenshotFromStored);
}
