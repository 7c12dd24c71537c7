import { enqueue, priorities, takeOut } from '@shotwire/lanes';
import { row, type Transaction, touch } from '@shotwire/postgres';
import type { State } from '../core/delivery.ts';
import { deliveryIdOf } from '../core/signature.ts';

/** What became of the wish to send a delivery again. */
export type Redelivered = 'due' | 'not_found' | 'app_not_enabled' | 'delivery_busy';

interface Found {
  id: string;
  state: State;
  appId: string | null;
  lane: string;
}

/**
 * Makes a delivery due now, before everything else in its lane, at the beginning of its schedule. Whatever it answers but `due`,
 * the transaction must not be committed.
 */
export async function redeliver(
  trx: Transaction,
  { webhookId, accountId }: { webhookId: string; accountId: string },
): Promise<Redelivered> {
  const found = await row<Found>(
    trx,
    'select id, state, app_id as "appId", lane from deliveries where id = :id::uuid and account_id = :accountId',
    { id: deliveryIdOf(webhookId), accountId },
  );
  if (!found) return 'not_found';
  const { id, state: seen, appId, lane } = found;
  if (appId && !(await isEnabled(trx, appId))) return 'app_not_enabled';
  if (seen === 'sending' || seen === 'paused') return 'delivery_busy';
  // One that somebody holds by now is about to be sent.
  if (seen === 'pending' && (await takeOut(trx, [id])).length === 0) return 'delivery_busy';
  const moved = await touch(
    trx,
    `update deliveries set state = 'pending', next_attempt_at = now(), failures = 0, spared = attempts, ended_at = null
     where id = :id and state = :seen`,
    { id, seen },
  );
  if (moved === 0) return 'delivery_busy';
  await enqueue(trx, { itemId: id, lane, owner: accountId, priority: priorities.interactive });
  return 'due';
}

/** Whether an app is enabled, and stays it until this transaction ends. */
async function isEnabled(trx: Transaction, id: string): Promise<boolean> {
  return (await row<{ state: string }>(trx, 'select state from apps where id = :id for share', { id }))?.state === 'enabled';
}
