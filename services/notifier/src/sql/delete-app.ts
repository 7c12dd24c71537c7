import { cancel, forgetLane } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { openStates } from '../core/delivery.ts';
import { laneOfApp } from '../core/lane.ts';
import { inParts } from './in-parts.ts';

/**
 * Removes an app with its secrets and cancels its deliveries that have not ended; gives how many these were, or undefined when the
 * account has no such app. What is under way at that moment may arrive; nobody records it any more.
 */
export async function deleteApp(trx: Transaction, { id, accountId }: { id: string; accountId: string }): Promise<number | undefined> {
  if ((await touch(trx, 'delete from apps where id = :id and account_id = :accountId', { id, accountId })) === 0) return undefined;
  await touch(trx, 'delete from secrets where owner = :id', { id });
  const cancelled = await cancelDeliveries(trx, id);
  await forgetLane(trx, laneOfApp({ accountId, id }));
  return cancelled;
}

async function cancelDeliveries(trx: Transaction, appId: string): Promise<number> {
  const open = await rows<{ id: string }>(trx, 'select id from deliveries where app_id = :appId and state = any(:openStates)', {
    appId,
    openStates,
  });
  const ids = open.map(({ id }) => id);
  // The queue's rows are locked before the deliveries', as in every other act on both.
  for (const part of inParts(ids)) await cancel(trx, ...part);
  return touch(
    trx,
    `with cancelled as (
       update deliveries set state = 'cancelled', next_attempt_at = null, ended_at = clock_timestamp()
       where id = any(:ids::uuid[]) and state = any(:openStates)
       returning id
     ),
     lost as (
       update attempts a set outcome = 'lost', finished_at = clock_timestamp(), error = 'lost'
       from cancelled
       where a.delivery_id = cancelled.id and a.outcome = 'started'
     )
     select id from cancelled`,
    { ids, openStates },
  );
}
