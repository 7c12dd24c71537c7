import { cancel, handBack, reap } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { originsOf } from '../core/delivery.ts';

type Held = Readonly<{ itemId: string; claimId: string }>;

interface Limit {
  /** The number of attempts after which a delivery is given up. */
  attemptsAtMost: number;
}

/**
 * Takes back deliveries whose courier fell silent: their attempt is lost, and they are due at once,
 * or given up once they were tried too often. Gives their number.
 */
export async function lapseDeliveries(trx: Transaction, limit: Limit): Promise<number> {
  const ids = (await reap(trx)).map(({ itemId }) => itemId);
  if (ids.length > 0) await loseAttempts(trx, ids, limit);
  return ids.length;
}

/** Gives a delivery in hand back, its attempt lost, for another courier to take at once. False when the claim was lost meanwhile. */
export async function handBackDelivery(trx: Transaction, { held, ...limit }: Limit & { held: Held }): Promise<boolean> {
  if (!(await handBack(trx, held))) return false;
  await loseAttempts(trx, [held.itemId], limit);
  return true;
}

async function loseAttempts(trx: Transaction, ids: readonly string[], { attemptsAtMost }: Limit): Promise<void> {
  const ended = await rows<{ id: string }>(
    trx,
    `with lost as (
       update attempts set outcome = 'lost', finished_at = clock_timestamp(), error = 'lost'
       where delivery_id = any(:ids::uuid[]) and outcome = 'started'
     ),
     moved as (
       update deliveries
       set state = case when attempts < :attemptsAtMost then 'pending' else 'failed' end,
           next_attempt_at = case when attempts < :attemptsAtMost then now() end,
           ended_at = case when attempts < :attemptsAtMost then null else clock_timestamp() end,
           last_status = null, last_error = 'lost'
       where id = any(:ids::uuid[]) and state = any(:origins)
       returning id, state
     )
     select id from moved where state = 'failed'`,
    { ids, attemptsAtMost, origins: originsOf('pending') },
  );
  for (const { id } of ended) await cancel(trx, id);
}
