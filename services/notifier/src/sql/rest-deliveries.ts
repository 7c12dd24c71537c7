import { takeOut } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';

/** Lets the pending deliveries of an app rest until it is enabled again; gives how many. One under way rests when its attempt has ended. */
export async function restDeliveries(trx: Transaction, appId: string): Promise<number> {
  const pending = await rows<{ id: string }>(trx, `select id from deliveries where app_id = :appId and state = 'pending'`, { appId });
  // The queue's rows are locked before the deliveries', as in every other act on both.
  const ids = await takeOut(
    trx,
    pending.map(({ id }) => id),
  );
  return touch(trx, `update deliveries set state = 'paused', next_attempt_at = null where id = any(:ids::uuid[])`, { ids });
}
