import { enqueue, type Priority } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { lanePriorities } from './screenshot-row.ts';

/** Of those that shared the capture of a screenshot that is cancelled the first gets a capture of its own, which the others share. */
export async function followOn(trx: Transaction, { id, accountId }: Pick<ScreenshotRow, 'id' | 'accountId'>): Promise<void> {
  const followers = await rows<Pick<ScreenshotRow, 'id' | 'priority' | 'number'>>(
    trx,
    "select id, priority, number from screenshots where leader_id = :id and status = 'pending' order by id for update",
    { id },
  );
  const [next] = followers.toSorted((a, b) => a.number - b.number);
  if (!next) return;
  await touch(trx, "update screenshots set leader_id = null, cache = 'miss' where id = :nextId", { nextId: next.id });
  await touch(trx, 'update screenshots set leader_id = :nextId where leader_id = :id', { id, nextId: next.id });
  await touch(trx, 'update screenshot_sources set screenshot_id = :nextId where screenshot_id = :id', { id, nextId: next.id });
  const priority = Math.max(...followers.map((follower) => lanePriorities[follower.priority])) as Priority;
  await enqueue(trx, { itemId: next.id, lane: accountId, priority });
}
