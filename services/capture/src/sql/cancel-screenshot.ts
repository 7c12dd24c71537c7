import { cancel } from '@shotwire/lanes';
import { row, type Transaction } from '@shotwire/postgres';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { followOn } from './follow-on.ts';
import { columns, type StoredRow, screenshotFromStored, secretOptions } from './screenshot-row.ts';
import { type Telling, tellEnds } from './tell-ends.ts';

export interface Cancelling extends Telling {
  id: string;
  accountId: string;
  /** A studio that is at it now gives up within this time; until then it may still store an image. */
  leaseS: number;
}

/**
 * Cancels a screenshot of an account that has not ended; another that shared its capture takes its place.
 * Undefined when there is none, or it has ended.
 */
export async function cancelScreenshot(
  trx: Transaction,
  { id, accountId, leaseS, newEventId }: Cancelling,
): Promise<ScreenshotRow | undefined> {
  const origins = originsOf('cancelled');
  const open = await row(
    trx,
    'select 1 from screenshots where id = :id and account_id = :accountId and deleted_at is null and status = any(:origins)',
    { id, accountId, origins },
  );
  if (!open) return undefined;
  // The queue's row is locked before the screenshot's, as in every other act on both.
  await cancel(trx, id);
  const stored = await row<StoredRow>(
    trx,
    `update screenshots
     set status = 'cancelled', ended_at = clock_timestamp(), leader_id = null, options = options - :secretOptions::text[],
         image_remove_at = case when started_at is not null then clock_timestamp() + make_interval(secs => :leaseS) end
     where id = :id and status = any(:origins)
     returning ${columns}`,
    { id, secretOptions, origins, leaseS },
  );
  if (!stored) return undefined;
  const cancelled = screenshotFromStored(stored);
  await followOn(trx, cancelled);
  await tellEnds(trx, [cancelled], { newEventId });
  return cancelled;
}
