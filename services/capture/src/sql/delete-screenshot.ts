import { type Transaction, touch } from '@shotwire/postgres';
import { type Cancelling, cancelScreenshot } from './cancel-screenshot.ts';

/** Hides a screenshot from its account and leaves its results to the sweeper; one that has not ended is cancelled. False when there is none. */
export async function deleteScreenshot(trx: Transaction, wanted: Cancelling): Promise<boolean> {
  const { id, accountId, leaseS } = wanted;
  const cancelled = await cancelScreenshot(trx, wanted);
  const hidden = await touch(
    trx,
    `update screenshots
     set deleted_at = clock_timestamp(), image_remove_at = clock_timestamp() + make_interval(secs => :inS)
     where id = :id and account_id = :accountId and deleted_at is null`,
    // A studio may still store the image before it learns that its claim is gone.
    { id, accountId, inS: cancelled?.startedAt ? leaseS : 0 },
  );
  return hidden === 1;
}
