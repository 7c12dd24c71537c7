import { countOutcomes, finishAll, type LaneOutcomes, type Priority, priorities, putBackAll } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import type { State } from '../core/delivery.ts';
import type { Next } from '../core/schedule.ts';
import type { Verdict } from '../core/verdict.ts';
import { type AppOutcome, type DisabledApp, noteAppOutcomes } from './app-outcomes.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';

/** How an attempt ended. */
export interface Ended {
  claimed: ClaimedDelivery;
  verdict: Verdict;
  /** What follows when it did not succeed. */
  next: Next;
  durationMs: number;
  /** Where it went, without its query. */
  target: string;
  /** The beginning of the answer, when there was one. */
  response: Buffer | null;
}

/** What was recorded of an attempt. */
export interface Recorded {
  ended: Ended;
  /** What the delivery is now. */
  state: State;
}

/** What a recording gave: of each attempt whose claim was still held, and the apps that were disabled by it. */
export interface Recording {
  recorded: readonly Recorded[];
  disabled: readonly DisabledApp[];
}

/**
 * Records how attempts ended and what follows, in one transaction with the end of their claims. Of an attempt whose claim was lost
 * meanwhile nothing is written: it is another courier's to record.
 */
export async function recordAttempts(trx: Transaction, ended: readonly Ended[]): Promise<Recording> {
  // Apps first, in the order in which everyone locks: apps, queue, deliveries, lanes.
  const apps = await noteAppOutcomes(trx, ended.flatMap(appOutcomeOf));
  const follows = ended.map((one) => ({ ended: one, state: stateOf(one, apps.resting) }));
  const [again, over] = [follows.filter(({ state }) => state === 'pending'), follows.filter(({ state }) => state !== 'pending')];
  const background: Priority = priorities.background;
  const putBack = await putBackAll(
    trx,
    again.map((one) => ({ ...heldOf(one), inS: waitS(one.ended), priority: background })),
  );
  const finished = await finishAll(trx, over.map(heldOf));
  const recorded = follows.filter((one) => putBack.has(heldOf(one).itemId) || finished.has(heldOf(one).itemId));
  await write(trx, recorded);
  await countOutcomes(trx, outcomesByLane(recorded.map((one) => one.ended)));
  return { recorded, disabled: apps.disabled };
}

const heldOf = ({ ended }: Recorded) => ended.claimed.claim;
const appOf = ({ claimed: { target } }: Ended) => (target.kind === 'url' ? null : target.appId);

function appOutcomeOf(ended: Ended): AppOutcome[] {
  const [appId, { verdict }] = [appOf(ended), ended];
  if (appId === null || verdict.kind === 'spared') return [];
  return [{ appId, succeeded: verdict.kind === 'succeeded', disables: verdict.disables ?? null }];
}

/** A delivery of an app that rests waits for it, however its own attempt went. */
function stateOf(ended: Ended, resting: ReadonlySet<string>): State {
  const [appId, { verdict, next }] = [appOf(ended), ended];
  if (verdict.kind === 'succeeded') return 'succeeded';
  const disables = verdict.kind === 'failed' && verdict.disables !== undefined;
  if (next.kind === 'give_up' && !disables) return 'failed';
  return appId !== null && resting.has(appId) ? 'paused' : 'pending';
}

/** What is put back waits for what follows it; only one that its app's own answer disabled has nothing that follows. */
function waitS({ next }: Ended): number {
  return next.kind === 'again' ? next.inS : 0;
}

function outcomesByLane(ended: readonly Ended[]): LaneOutcomes[] {
  const byLane = new Map<string, LaneOutcomes>();
  for (const {
    claimed: { lane },
    verdict,
  } of ended) {
    if (verdict.kind === 'spared') continue;
    const outcomes = byLane.get(lane) ?? { lane, successes: 0, failures: 0 };
    byLane.set(lane, outcomes);
    if (verdict.kind === 'succeeded') outcomes.successes += 1;
    else outcomes.failures += 1;
  }
  return [...byLane.values()];
}

async function write(trx: Transaction, kept: readonly Recorded[]): Promise<void> {
  if (kept.length === 0) return;
  await rows(
    trx,
    `with given as (
       select * from unnest(:ids::uuid[], :numbers::int[], :claimIds::uuid[], :outcomes::text[], :statuses::int[], :errors::text[], :durations::int[],
                            :targets::text[], :responses::bytea[], :states::text[], :waits::float8[])
         as given (id, number, claim_id, outcome, status, error, duration_ms, target, response, state, wait_s)
     ),
     attempt as (
       update attempts a
       set outcome = given.outcome, finished_at = now(), status = given.status, error = given.error,
           duration_ms = given.duration_ms, target = given.target, response = given.response
       from given
       where a.delivery_id = given.id and a.number = given.number and a.claim_id = given.claim_id and a.outcome = 'started'
     )
     update deliveries d
     set state = given.state, last_target = given.target, last_status = given.status, last_error = given.error,
         failures = d.failures + (given.outcome = 'failed')::int,
         spared = d.spared + (given.outcome = 'spared')::int,
         next_attempt_at = case when given.state = 'pending' then now() + make_interval(secs => given.wait_s) end,
         ended_at = case when given.state in ('succeeded', 'failed') then clock_timestamp() end
     from given
     where d.id = given.id and d.state = 'sending'`,
    {
      ids: kept.map((one) => heldOf(one).itemId),
      numbers: kept.map(({ ended: one }) => one.claimed.attempt),
      claimIds: kept.map((one) => heldOf(one).claimId),
      outcomes: kept.map(({ ended: one }) => one.verdict.kind),
      statuses: kept.map(({ ended: { verdict } }) => (verdict.kind === 'spared' ? null : verdict.status)),
      errors: kept.map(({ ended: { verdict } }) => (verdict.kind === 'succeeded' ? null : verdict.trouble)),
      durations: kept.map(({ ended: one }) => Math.round(one.durationMs)),
      targets: kept.map(({ ended: one }) => one.target),
      responses: kept.map(({ ended: one }) => one.response),
      states: kept.map(({ state }) => state),
      waits: kept.map((one) => waitS(one.ended)),
    },
  );
}
