import { announce } from '@shotwire/events';
import { cancel } from '@shotwire/lanes';
import { row, type Transaction, touch } from '@shotwire/postgres';
import { eventOf } from '../core/event.ts';
import { originsOf } from '../core/screenshot.ts';
import { followOn } from './follow-on.ts';
import { columns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';

interface Wanted {
  id: string;
  accountId: string;
  eventId: string;
  /** A studio that is at it now gives up within this time. */
  leaseS: number;
}

/**
 * Hides a screenshot from its account and leaves its results to the sweeper; one that has not ended is cancelled, and another that
 * shared its capture takes its place. False when there is none.
 */
export async function deleteScreenshot(trx: Transaction, { id, accountId, eventId, leaseS }: Wanted): Promise<boolean> {
  const found = await row(trx, 'select 1 from screenshots where id = :id and account_id = :accountId and deleted_at is null', {
    id,
    accountId,
  });
  if (!found) return false;
  // The queue's row is locked before the screenshot's, as in every other act on both.
  await cancel(trx, id);
  const cancelled = await row<StoredRow>(
    trx,
    `update screenshots
     set status = 'cancelled', ended_at = clock_timestamp(), leader_id = null, options = options - :secretOptions::text[]
     where id = :id and status = any(:origins)
     returning ${columns}`,
    { id, secretOptions, origins: originsOf('cancelled') },
  );
  if (cancelled) {
    await announce(trx, eventOf(screenshotFromStored(cancelled), eventId));
    await followOn(trx, { id, accountId });
    await touch(trx, 'delete from screenshot_sources where screenshot_id = :id', { id });
  }
  const hidden = await touch(
    trx,
    `update screenshots
     set deleted_at = clock_timestamp(), image_remove_at = clock_timestamp() + make_interval(secs => :inS)
     where id = :id and deleted_at is null`,
    // A studio may still store the image before it learns that its claim is gone.
    { id, inS: cancelled?.startedAt ? leaseS : 0 },
  );
  return hidden === 1;
}
