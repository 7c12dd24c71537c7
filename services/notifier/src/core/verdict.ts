/** Why a try failed, as its owner is told. None of them says what the network behind us looks like. */
export type Trouble =
  | 'status'
  | 'timeout'
  | 'invalid_url'
  | 'blocked_address'
  | 'dns_failed'
  | 'connection_refused'
  | 'connection_failed'
  | 'tls_failed';

/** How one POST ended. `cause` is for the log. */
export type Posted =
  | { kind: 'answered'; status: number; response: Buffer }
  /** `status` is set when the answer had begun. */
  | { kind: 'unanswered'; trouble: Exclude<Trouble, 'status'>; status?: number; cause?: unknown }
  /** We gave up before there was an answer; the receiver may have the webhook all the same. */
  | { kind: 'interrupted' };

/** What a POST that was not interrupted means. */
export type Verdict = { kind: 'succeeded'; status: number } | { kind: 'failed'; trouble: Trouble; status: number | null };

/** Judges an answer: 2xx is success, anything else is not; a redirect is not followed and so is none either. */
export function judge(posted: Exclude<Posted, { kind: 'interrupted' }>): Verdict {
  if (posted.kind === 'unanswered') return { kind: 'failed', trouble: posted.trouble, status: posted.status ?? null };
  const { status } = posted;
  return status >= 200 && status < 300 ? { kind: 'succeeded', status } : { kind: 'failed', trouble: 'status', status };
}
