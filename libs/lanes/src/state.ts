import { rows, type Transaction, touch } from '@shotwire/postgres';

/** How a lane may be used. */
export interface LaneLimits {
  lane: string;
  /** Items in hand at most, over all claimers; null for what the claimer says. */
  room: number | null;
  /** Claims a second at most; null for no limit. */
  rate: number | null;
}

/** Gives a lane limits of its own, from the next claim on. */
export async function limitLane(trx: Transaction, limits: LaneLimits): Promise<void> {
  await touch(
    trx,
    `insert into lane_states as s (lane, room, rate, saved, saved_at) values (:lane, :room, :rate, case when :rate::float8 is not null then greatest(:rate::float8, 1) end, now())
     on conflict (lane) do update set room = excluded.room, rate = excluded.rate,
       saved = least(coalesce(s.saved, excluded.saved), excluded.saved), saved_at = coalesce(s.saved_at, excluded.saved_at)`,
    { ...limits },
  );
}

/** Forgets a lane: nothing will be put into it any more. */
export async function forgetLane(trx: Transaction, lane: string): Promise<void> {
  await touch(trx, 'delete from lane_states where lane = :lane', { lane });
}

/** Opens a lane that was closed, and forgets why: its items go elsewhere from now on, or are wanted again. */
export async function openLane(trx: Transaction, lane: string): Promise<void> {
  await touch(
    trx,
    'update lane_states set closed_until = null, closings = 0, counted_since = null, successes = 0, failures = 0 where lane = :lane',
    { lane },
  );
}

/** What became of items of a lane. */
export interface LaneOutcomes {
  lane: string;
  successes: number;
  failures: number;
}

/** Outcomes are counted for so long. */
const WINDOW_S = 300;
/** So many of them say something, and so many of them failed say: leave it alone. */
const LEAST_OUTCOMES = 10;
const MOST_FAILED = 0.7;
/** How long a lane is left alone at first; then twice as long each time. */
const CLOSED_S = 30;
const CLOSED_AT_MOST_S = 600;

/**
 * The breaker: counts what became of a lane's items and closes a lane in which nearly all fail. A closed lane is passed over by claims,
 * which costs its items nothing but time. When its time is over one item at a time is claimed: the first that succeeds opens it, each
 * that fails closes it for longer.
 */
export async function countOutcomes(trx: Transaction, outcomes: readonly LaneOutcomes[]): Promise<void> {
  if (outcomes.length === 0) return;
  // In one order, so that two who count the same lanes do not wait for each other.
  const inOrder = outcomes.toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
  await touch(
    trx,
    `insert into lane_states as s (lane, counted_since, successes, failures)
     select lane, now(), successes, failures from unnest(:lanes::text[], :successes::int[], :failures::int[]) as given (lane, successes, failures)
     on conflict (lane) do update set
       counted_since = case when s.counted_since > now() - make_interval(secs => :windowS) then s.counted_since else now() end,
       successes = excluded.successes + case when s.counted_since > now() - make_interval(secs => :windowS) then s.successes else 0 end,
       failures = excluded.failures + case when s.counted_since > now() - make_interval(secs => :windowS) then s.failures else 0 end,
       closed_until = case when excluded.successes = 0 then s.closed_until end,
       closings = case when excluded.successes = 0 then s.closings else 0 end`,
    {
      lanes: inOrder.map(({ lane }) => lane),
      successes: inOrder.map(({ successes }) => successes),
      failures: inOrder.map(({ failures }) => failures),
      windowS: WINDOW_S,
    },
  );
  const failing = inOrder.filter(({ successes, failures }) => successes === 0 && failures > 0).map(({ lane }) => lane);
  if (failing.length === 0) return;
  await touch(
    trx,
    `update lane_states
     set closed_until = now() + make_interval(secs => least(:mostS, :closedS * power(2, least(closings, 20)))),
         closings = closings + 1, successes = 0, failures = 0
     where lane = any(:failing)
       and (closed_until <= now()
         or closed_until is null and successes + failures >= :least and failures >= (successes + failures) * :mostFailed::float8)`,
    { failing, mostS: CLOSED_AT_MOST_S, closedS: CLOSED_S, least: LEAST_OUTCOMES, mostFailed: MOST_FAILED },
  );
}

/** The lanes that are closed now. */
export async function closedLanes(trx: Transaction): Promise<string[]> {
  return (await rows<{ lane: string }>(trx, 'select lane from lane_states where closed_until > now()')).map(({ lane }) => lane);
}

/** Forgets ordinary lanes that were not served for an hour: they come first anyway. 500 at most. */
export async function forgetQuietLanes(trx: Transaction): Promise<void> {
  await touch(
    trx,
    `delete from lane_states where lane = any(array(
       select lane from lane_states
       where served_at < now() - interval '1 hour' and room is null and rate is null
         and coalesce(counted_since, '-infinity') < now() - interval '1 hour' and coalesce(closed_until, '-infinity') < now() - interval '1 hour'
       limit 500 for update skip locked
     ))`,
  );
}
