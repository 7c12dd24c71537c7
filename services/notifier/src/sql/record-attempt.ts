import { finish, putBack } from '@shotwire/lanes';
import { type Transaction, touch } from '@shotwire/postgres';
import { originsOf, type State } from '../core/delivery.ts';
import type { Next } from '../core/schedule.ts';
import type { Verdict } from '../core/verdict.ts';

type Held = Readonly<{ itemId: string; claimId: string }>;

interface Ended {
  held: Held;
  verdict: Verdict;
  /** What follows a failure. */
  next: Next;
  durationMs: number;
  /** The beginning of the answer, when there was one. */
  response: Buffer | null;
}

/**
 * Records how an attempt ended and what follows, in one transaction with the end of the claim.
 * Undefined when the claim was lost meanwhile; then nothing is written.
 */
export async function recordAttempt(trx: Transaction, { held, verdict, next, durationMs, response }: Ended): Promise<State | undefined> {
  const again = verdict.kind === 'failed' && next.kind === 'again' ? next : undefined;
  const state: State = again ? 'pending' : verdict.kind;
  // The queue's row is locked before the delivery's, as in every other act on both.
  if (!(await (again ? putBack(trx, { ...held, inS: again.inS }) : finish(trx, held)))) return undefined;
  await touch(
    trx,
    `with attempt as (
       update attempts
       set outcome = :outcome, finished_at = clock_timestamp(), status = :status, error = :error, duration_ms = :durationMs, response = :response
       where delivery_id = :id and claim_id = :claimId and outcome = 'started'
     )
     update deliveries
     set state = :state, last_status = :status, last_error = :error,
         failures = failures + (:outcome::text = 'failed')::int,
         next_attempt_at = now() + make_interval(secs => :inS::float8),
         ended_at = case when :inS::float8 is null then clock_timestamp() end
     where id = :id and state = any(:origins)`,
    {
      id: held.itemId,
      claimId: held.claimId,
      outcome: verdict.kind,
      status: verdict.status,
      error: verdict.kind === 'failed' ? verdict.trouble : null,
      durationMs: Math.round(durationMs),
      response,
      state,
      inS: again ? again.inS : null,
      origins: originsOf(state),
    },
  );
  return state;
}
