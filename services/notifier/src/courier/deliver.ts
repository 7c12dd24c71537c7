import { deadline } from '@shotwire/deadlines';
import { type AllowEntry, checkUrl } from '@shotwire/egress';
import { type Postgres, persist } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import type { Dispatcher } from 'undici';
import { afterFailure, attemptsAtMost } from '../core/schedule.ts';
import { sign } from '../core/signature.ts';
import { judge, type Posted, type Trouble } from '../core/verdict.ts';
import type { ClaimedDelivery } from '../sql/claim-deliveries.ts';
import { handBackDelivery } from '../sql/lapse-deliveries.ts';
import { recordAttempt } from '../sql/record-attempt.ts';
import { post } from './post.ts';

/** What one attempt ended in, and why. Of a `lost` one nobody will know; a `claim_lost` one is another courier's to record. */
export interface Ended {
  outcome: 'succeeded' | 'failed' | 'lost' | 'claim_lost';
  reason: Trouble | 'closing' | '';
}

export interface DeliverParts {
  postgres: Postgres;
  /** The guarded agent. */
  dispatcher: Dispatcher;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** From 0 to 1. */
  chance: () => number;
  /** Exceptions to the egress guard. */
  allow: readonly AllowEntry[];
  allowHttp: boolean;
  schedule: readonly number[];
  timeoutMs: number;
  /** Aborts when the service can wait no longer; what is in hand is handed back. */
  closing: AbortSignal;
}

/** One attempt from claim to record: sign → send → judge → record. It never rejects: whatever happens is an outcome. */
export async function deliver(parts: DeliverParts, claimed: ClaimedDelivery): Promise<Ended> {
  const { postgres, log, chance, schedule, closing } = parts;
  const { claim: held, webhookId, attempt } = claimed;
  const began = performance.now();
  const about = { delivery: webhookId, account: claimed.accountId, attempt };

  const posted = await send(parts, claimed);
  const durationMs = performance.now() - began;
  try {
    if (posted.kind === 'interrupted') {
      const handedBack = await postgres.transaction((trx) => handBackDelivery(trx, { held, attemptsAtMost: attemptsAtMost(schedule) }));
      return { outcome: handedBack ? 'lost' : 'claim_lost', reason: 'closing' };
    }
    const verdict = judge(posted);
    const next = afterFailure({ schedule, attempts: attempt, failures: claimed.failures + 1, chance: chance() });
    const response = posted.kind === 'answered' ? posted.response : null;
    const state = await persist(
      () => postgres.transaction((trx) => recordAttempt(trx, { held, verdict, next, durationMs, response })),
      closing,
    );
    if (!state) {
      log.warn(about, 'a claim was lost before its attempt could be recorded');
      return { outcome: 'claim_lost', reason: '' };
    }
    if (verdict.kind === 'succeeded') return { outcome: 'succeeded', reason: '' };
    const { trouble: reason, status } = verdict;
    log.info({ ...about, reason, status, state, ...('cause' in posted && { error: posted.cause }) }, 'a webhook was not delivered');
    return { outcome: 'failed', reason };
  } catch (thrown) {
    log.error({ ...about, error: thrown }, 'an attempt could not be recorded; the lease will lapse');
    return { outcome: 'claim_lost', reason: '' };
  }
}

async function send(parts: DeliverParts, { webhookId: id, url: text, body, secret }: ClaimedDelivery): Promise<Posted> {
  const { dispatcher, now, allow, allowHttp, timeoutMs, closing } = parts;
  const checked = checkUrl(text, { schemes: allowHttp ? ['https:', 'http:'] : ['https:'], allow });
  if (!checked.ok) return { kind: 'unanswered', trouble: checked.kind === 'blocked' ? 'blocked_address' : 'invalid_url' };
  const timestamp = Math.floor(now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Shotwire/1',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign({ id, timestamp, body, secret }),
  };
  using limit = deadline(timeoutMs, new DOMException(`Not done within ${timeoutMs} ms.`, 'TimeoutError'), closing);
  const posted = await post({ dispatcher, url: checked.url, headers, body, signal: limit.signal });
  return posted.kind === 'unanswered' && closing.aborted && limit.signal.reason === closing.reason ? { kind: 'interrupted' } : posted;
}
