import { buffer } from 'node:stream/consumers';
import type { ArchiveReader } from '@shotwire/archive';
import { deadline } from '@shotwire/deadlines';
import type { Postgres } from '@shotwire/postgres';
import type { Logger } from '@shotwire/telemetry';
import type { Dispatcher } from 'undici';
import { profiles } from '../core/profiles.ts';
import { afterFailure } from '../core/schedule.ts';
import { judge, type Posted, type Trouble } from '../core/verdict.ts';
import type { ClaimedDelivery, Target } from '../sql/claim-deliveries.ts';
import { handBackDelivery } from '../sql/lapse-deliveries.ts';
import type { Ended } from '../sql/record-attempts.ts';
import { type Image, type LetterParts, type Written, wordingOf, writeUpload, writeWebhook } from './letter.ts';
import { post } from './post.ts';
import type { Recorder } from './recorder.ts';

/** What one attempt ended in, and why. Of a `lost` one nobody will know; a `claim_lost` one is another courier's to record. */
export interface Outcome {
  outcome: 'succeeded' | 'failed' | 'spared' | 'lost' | 'claim_lost';
  reason: Trouble | 'closing' | '';
}

export interface DeliverParts extends LetterParts {
  postgres: Postgres;
  recorder: Recorder;
  /** The guarded agent. */
  dispatcher: Dispatcher;
  /** Where the images are. */
  archive: ArchiveReader;
  log: Logger;
  /** From 0 to 1. */
  chance: () => number;
  /** The schedule of a URL that came with its request. */
  schedule: readonly number[];
  /** Aborts when the service can wait no longer; what is in hand is handed back. */
  closing: AbortSignal;
}

/** How an attempt was sent, and for how long that took. */
export interface Sent {
  posted: Posted;
  /** Where it went, without its query. */
  target: string;
  durationMs: number;
}

/** What failed by our own fault is tried again after so long, however often that is. */
const SPARED_S = 10;

/** Sends one attempt: write → send. It rejects only when it cannot be written, which is a fault of ours. */
export async function send(parts: DeliverParts, claimed: ClaimedDelivery): Promise<Sent> {
  const { closing, dispatcher } = parts;
  const began = performance.now();
  const ownMs = claimed.target.kind === 'webhook' ? claimed.target.app.timeout * 1000 : 0;
  using limit = deadline(ownMs || parts.timeoutMs, tooLate, closing);
  const written = await write(parts, claimed, limit.signal);
  const posted = written.kind === 'refused' ? refusalOf(written) : await post({ dispatcher, letter: written.letter, signal: limit.signal });
  const interrupted = posted.kind === 'unanswered' && closing.aborted && limit.signal.reason === closing.reason;
  return {
    posted: interrupted ? { kind: 'interrupted' } : posted,
    target: written.kind === 'refused' ? targetOf(claimed) : `${written.letter.url.origin}${written.letter.url.pathname}`,
    durationMs: performance.now() - began,
  };
}

function refusalOf({ trouble, cause }: Extract<Written, { kind: 'refused' }>): Posted {
  return { kind: 'unanswered', trouble, ...(cause !== undefined && { cause }) };
}

/** Made once: an error of its own for each attempt would be most of what a deadline costs. */
const tooLate = new DOMException('Not done within the time of an attempt.', 'TimeoutError');

/** Settles an attempt that was sent: judge → record. It never rejects: whatever happens is an outcome. */
export async function settle(parts: DeliverParts, claimed: ClaimedDelivery, sending: Promise<Sent>): Promise<Outcome> {
  const { log, now, postgres, recorder } = parts;
  const { claim: held, webhookId, attempt } = claimed;
  const about = { delivery: webhookId, account: claimed.accountId, attempt };
  try {
    const { posted, target, durationMs } = await sending;
    if (posted.kind === 'interrupted') {
      const handedBack = await postgres.transaction((trx) => handBackDelivery(trx, held));
      return { outcome: handedBack ? 'lost' : 'claim_lost', reason: 'closing' };
    }
    const verdict = judge(posted, { nowMs: now(), isApp: claimed.target.kind !== 'url' });
    const next = nextOf(parts, claimed, verdict);
    const response = posted.kind === 'answered' ? posted.response : null;
    const state = await recorder.record({ claimed, verdict, next, durationMs, target, response });
    if (!state) {
      log.warn(about, 'a claim was lost before its attempt could be recorded');
      return { outcome: 'claim_lost', reason: '' };
    }
    if (verdict.kind === 'succeeded') return { outcome: 'succeeded', reason: '' };
    const { kind: outcome, trouble: reason } = verdict;
    log[outcome === 'spared' ? 'warn' : 'info'](
      { ...about, reason, state, ...('cause' in posted && { error: posted.cause }) },
      'a webhook was not delivered',
    );
    return { outcome, reason };
  } catch (thrown) {
    log.error({ ...about, error: thrown }, 'an attempt could not be recorded; the lease will lapse');
    return { outcome: 'claim_lost', reason: '' };
  }
}

function nextOf(
  { schedule, chance }: DeliverParts,
  { target, counted, failures }: ClaimedDelivery,
  verdict: Ended['verdict'],
): Ended['next'] {
  if (verdict.kind === 'spared') return { kind: 'again', inS: SPARED_S };
  if (verdict.kind === 'succeeded' || verdict.final) return { kind: 'give_up' };
  const { retryAfterS } = verdict;
  const steps = scheduleOf(target, schedule);
  return afterFailure({
    schedule: steps,
    attempts: counted,
    failures: failures + 1,
    chance: chance(),
    ...(retryAfterS !== undefined && { retryAfterS }),
  });
}

function scheduleOf(target: Target, ofUrls: readonly number[]): readonly number[] {
  if (target.kind === 'url') return ofUrls;
  if (target.kind === 's3') return profiles.standard.schedule;
  return target.app.schedule.length > 0 ? target.app.schedule : profiles[wordingOf(target).profile].schedule;
}

async function write(parts: DeliverParts, claimed: ClaimedDelivery, signal: AbortSignal): Promise<Written> {
  const { target, body } = claimed;
  try {
    if (target.kind !== 's3') return writeWebhook(parts, claimed, target);
    const read = await readImage(parts, claimed, signal);
    return read.kind === 'image' ? await writeUpload(parts, { target, key: body.toString(), image: read.image }) : read;
  } catch (cause) {
    return { kind: 'refused', trouble: 'seal_failed', cause };
  }
}

type Read = { kind: 'image'; image: Image } | Extract<Written, { kind: 'refused' }>;

async function readImage({ archive }: DeliverParts, { event }: ClaimedDelivery, signal: AbortSignal): Promise<Read> {
  const stored = event?.screenshot?.image;
  try {
    const found = stored && (await archive.get({ key: stored.key, signal }));
    if (!found) return { kind: 'refused', trouble: 'image_gone' };
    return { kind: 'image', image: { body: await buffer(found.body), mimeType: found.mimeType } };
  } catch (cause) {
    return { kind: 'refused', trouble: 'archive_failed', cause };
  }
}

/** Where a delivery goes, as its owner may read it: without the query and without credentials, which may be what is secret. */
function targetOf({ target }: ClaimedDelivery): string {
  const text = target.kind === 'url' ? target.url : target.kind === 'webhook' ? target.app.url : target.app.endpoint;
  return text.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');
}
