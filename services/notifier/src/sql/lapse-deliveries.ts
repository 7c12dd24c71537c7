import { cancel, closedLanes, handBack, reap, takeOut } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { findGivenUp, type GivenUp } from './find-given-up.ts';

type Held = Readonly<{ itemId: string; claimId: string }>;

/** An attempt may be lost (its courier died) so often on top of what failed; a delivery that kills couriers must end too. */
const LOST_AT_MOST = 6;
/** A webhook_url that has been dead for so long past a delivery's time is not waited for any more. */
const OVERDUE_HOURS = 24;

/**
 * Takes back deliveries whose courier fell silent: their attempt is lost, and they are due at once,
 * or given up once they were lost too often. Gives how many were taken back, and those that were given up.
 */
export async function lapseDeliveries(trx: Transaction): Promise<{ lapsed: number; givenUp: GivenUp[] }> {
  const ids = (await reap(trx)).map(({ itemId }) => itemId);
  const givenUp = ids.length > 0 ? await loseAttempts(trx, { ids, lostAtMost: LOST_AT_MOST }) : [];
  return { lapsed: ids.length, givenUp };
}

/**
 * Gives a delivery in hand back, its attempt lost, for another courier to take at once. False when the claim was lost meanwhile.
 * It is not given up, however often: a courier that is told to leave was not killed by what it had in hand.
 */
export async function handBackDelivery(trx: Transaction, held: Held): Promise<boolean> {
  if (!(await handBack(trx, held))) return false;
  await loseAttempts(trx, { ids: [held.itemId], lostAtMost: null });
  return true;
}

interface Losing {
  ids: readonly string[];
  /** Null for as often as it is. */
  lostAtMost: number | null;
}

async function loseAttempts(trx: Transaction, { ids, lostAtMost }: Losing): Promise<GivenUp[]> {
  const moved = await rows<{ id: string; state: string }>(
    trx,
    `with lost as (
       update attempts set outcome = 'lost', finished_at = clock_timestamp(), error = 'lost'
       where delivery_id = any(:ids::uuid[]) and outcome = 'started'
     ),
     found as (
       select d.id, case when d.attempts - d.spared - d.failures > :lostAtMost::int then 'failed'
                         when a.state in ('paused', 'disabled') then 'paused' else 'pending' end as next
       from deliveries d left join apps a on a.id = d.app_id
       where d.id = any(:ids::uuid[]) and d.state = 'sending'
     )
     update deliveries d
     set state = found.next, next_attempt_at = case when found.next = 'pending' then now() end,
         ended_at = case when found.next = 'failed' then clock_timestamp() end, last_status = null, last_error = 'lost'
     from found where d.id = found.id
     returning d.id, d.state`,
    { ids, lostAtMost },
  );
  const out = moved.filter(({ state }) => state !== 'pending').map(({ id }) => id);
  if (out.length > 0) await cancel(trx, ...out);
  return findGivenUp(
    trx,
    moved.filter(({ state }) => state === 'failed').map(({ id }) => id),
  );
}

/**
 * Gives up what is long overdue to a webhook_url whose lane is closed, since nobody disables a URL that came with a request as an app is
 * disabled. What is overdue because we were away is not: its lane is tried first. 100 at most; gives which.
 */
export async function giveUpOverdue(trx: Transaction): Promise<GivenUp[]> {
  const overdue = await rows<{ id: string }>(
    trx,
    `select id from deliveries
     where state = 'pending' and app_id is null and next_attempt_at < now() - make_interval(hours => :hours) and lane = any(:closed)
     order by next_attempt_at limit 100`,
    { hours: OVERDUE_HOURS, closed: await closedLanes(trx) },
  );
  const ids = await takeOut(
    trx,
    overdue.map(({ id }) => id),
  );
  await touch(
    trx,
    `update deliveries set state = 'failed', next_attempt_at = null, ended_at = clock_timestamp(), last_error = 'overdue'
     where id = any(:ids::uuid[])`,
    { ids },
  );
  return findGivenUp(trx, ids);
}
