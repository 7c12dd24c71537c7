import { retryAfterS } from './retry-after.ts';

/** Why a try failed, as its owner is told. None of them says what the network behind us looks like. */
export type Trouble =
  /** The answer's status is not 2xx; of an upload too, since the status says it. */
  | 'status'
  | 'timeout'
  | 'invalid_url'
  | 'blocked_address'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_failed'
  | 'tls_failed'
  /** There is no image to upload (any more). */
  | 'image_gone'
  /** Too much of the account waits already, or its requests named too many hosts of late: nothing was sent. */
  | 'too_many_pending'
  | 'too_many_hosts'
  | OurTrouble;

/**
 * Faults of our own, which no receiver answers for: our resolver was silent, our way out was shut, our archive did not give the image,
 * or what is sealed does not open.
 */
const ours = ['dns_ours', 'proxy_failed', 'archive_failed', 'seal_failed'] as const;
type OurTrouble = (typeof ours)[number];

/** Headers of an answer that mean something to us. */
interface AnswerHeaders {
  retryAfter?: string;
  webhookDelivery?: string;
}

/** How one POST, or one upload, ended. `cause` is for the log. */
export type Posted =
  | { kind: 'answered'; status: number; response: Buffer; headers: AnswerHeaders }
  /** `status` is set when the answer had begun. */
  | { kind: 'unanswered'; trouble: Exclude<Trouble, 'status'>; status?: number; cause?: unknown }
  /** We gave up before there was an answer; the receiver may have the webhook all the same. */
  | { kind: 'interrupted' };

/** What a POST that was not interrupted means. */
export type Verdict =
  | { kind: 'succeeded'; status: number; disables?: 'asked' }
  | {
      kind: 'failed';
      trouble: Trouble;
      status: number | null;
      /** How long the receiver asks us to wait. */
      retryAfterS?: number;
      /** Nothing is tried again, whatever the schedule says. */
      final?: true;
      /** The app is to be told nothing any more. */
      disables?: 'gone' | 'asked';
    }
  /** It counts as if it had not been. */
  | { kind: 'spared'; trouble: OurTrouble };

interface Circumstances {
  nowMs: number;
  /** Whether it went to an app rather than to a URL that came with its request: only an app can be disabled. */
  isApp: boolean;
}

/** The statuses by which a receiver asks for time. */
const busy = new Set([429, 503]);

/** Judges an answer: 2xx is success, anything else is not; a redirect is not followed and so is none either. */
export function judge(posted: Exclude<Posted, { kind: 'interrupted' }>, { nowMs, isApp }: Circumstances): Verdict {
  if (posted.kind === 'unanswered') return judgeSilence(posted);
  const { status, headers } = posted;
  const asked = new Set(headers.webhookDelivery?.toLowerCase().split(/[\s,;]+/));
  const disables = isApp && asked.has('disable');
  if (status >= 200 && status < 300) return { kind: 'succeeded', status, ...(disables && { disables: 'asked' }) };
  const gone = isApp && status === 410;
  const waitS = busy.has(status) ? retryAfterS(headers.retryAfter, nowMs) : undefined;
  return {
    kind: 'failed',
    trouble: 'status',
    status,
    ...(waitS !== undefined && { retryAfterS: waitS }),
    // Who wants nothing more does not want this either, even where there is no app to disable.
    ...((gone || asked.has('disable') || asked.has('abort-message')) && { final: true }),
    ...((disables || gone) && { disables: disables ? 'asked' : 'gone' }),
  };
}

function judgeSilence({ trouble, status = null }: { trouble: Exclude<Trouble, 'status'>; status?: number | null }): Verdict {
  const own = ours.find((one) => one === trouble);
  if (own) return { kind: 'spared', trouble: own };
  return { kind: 'failed', trouble, status, ...(trouble === 'image_gone' && { final: true }) };
}
