import type { Outcome } from '@shotwire/egress';
import { Failure, type FailureKind } from '@shotwire/failures';

/** What the egress proxy says of a host tells more than what Chrome made of it. */
const byOutcome: Readonly<Record<Outcome, FailureKind | undefined>> = {
  ok: undefined,
  blocked: 'blocked_url',
  filtered: 'blocked_url',
  dns_failed: 'dns_failed',
  connection_refused: 'connection_refused',
  connection_failed: 'connection_failed',
};

/** The failure behind a proxy's outcome; undefined when it reached the host. */
export function failureOfOutcome(outcome: Outcome | undefined): Failure | undefined {
  const kind = outcome && byOutcome[outcome];
  return kind && new Failure(kind);
}

/** Chrome's own codes (net/base/net_error_list.h), by what they begin with. The first that fits counts. */
const byPrefix: readonly (readonly [prefix: string, kind: FailureKind])[] = [
  ['ERR_TOO_MANY_REDIRECTS', 'too_many_redirects'],
  ['ERR_NAME_', 'dns_failed'],
  ['ERR_CERT_', 'tls_failed'],
  ['ERR_SSL_', 'tls_failed'],
  ['ERR_BAD_SSL_', 'tls_failed'],
  ['ERR_CONNECTION_REFUSED', 'connection_refused'],
  ['ERR_BLOCKED_BY_', 'blocked_url'],
  ['ERR_UNKNOWN_URL_SCHEME', 'blocked_url'],
  ['ERR_DISALLOWED_URL_SCHEME', 'blocked_url'],
  ['ERR_UNSAFE_PORT', 'blocked_url'],
  ['ERR_UNSAFE_REDIRECT', 'blocked_url'],
  ['ERR_ABORTED', 'not_a_page'],
  ['ERR_INVALID_RESPONSE', 'connection_failed'],
  ['ERR_', 'connection_failed'],
];

/** The failure behind a rejected navigation; undefined when Chrome gave no network error. */
export function failureOfNetError(thrown: unknown): Failure | undefined {
  // Puppeteer puts Chrome's code into its message and nowhere else.
  const code = thrown instanceof Error ? /\bnet::(ERR_[A-Z_0-9]+)/.exec(thrown.message)?.[1] : undefined;
  const kind = byPrefix.find(([prefix]) => code?.startsWith(prefix))?.[1];
  return kind && new Failure(kind, { cause: thrown });
}
