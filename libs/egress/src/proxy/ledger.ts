import { Failure } from '@shotwire/failures';
import { canonicalHost } from '../canonical-host.ts';

/** How the last attempt to reach a host and port ended. `filtered`: by the caller's own filter. */
export type Outcome = 'ok' | 'blocked' | 'filtered' | 'dns_failed' | 'connection_refused' | 'connection_failed';

/** What a proxy tells while it works. `reason` is for the log. */
export type EgressEvent =
  | { kind: Outcome; host: string; port: number; reason?: string }
  | { kind: 'over_limit'; limit: keyof EgressLimits }
  | { kind: 'error'; error: unknown };

/** How much may pass before everything is destroyed. */
export interface EgressLimits {
  /** Bytes of bodies and tunnels, both ways together. */
  maxBytes: number;
  /** Plain requests and tunnels asked for, over the whole life. */
  maxRequests: number;
  /** Connections to servers open at once. */
  maxConnections: number;
}

/** What has passed so far. */
export type EgressCounts = Readonly<Record<Outcome | 'requests' | 'invalid' | 'bytesUp' | 'bytesDown', number>>;

/** A host and port as a request names it, the host canonical. */
export interface Target {
  host: string;
  port: number;
}

// More hosts than any page speaks to; the oldest are forgotten.
const maxRemembered = 4096;

/** A proxy's books: outcomes, counts, and whether a limit was passed. */
export type Ledger = ReturnType<typeof createLedger>;

/** Opens the books. `onOverLimit` is called once, when the first limit is passed. */
export function createLedger({
  limits,
  onEvent,
  onOverLimit,
}: {
  limits: EgressLimits;
  onEvent: (event: EgressEvent) => void;
  onOverLimit: () => void;
}) {
  const outcomes = new Map<string, Outcome>();
  const counts = {
    requests: 0,
    invalid: 0,
    ok: 0,
    blocked: 0,
    filtered: 0,
    dns_failed: 0,
    connection_refused: 0,
    connection_failed: 0,
    bytesUp: 0,
    bytesDown: 0,
  };
  let overLimit: keyof EgressLimits | undefined;

  function check(limit: keyof EgressLimits, value: number): void {
    if (overLimit || value <= limits[limit]) return;
    overLimit = limit;
    onEvent({ kind: 'over_limit', limit });
    onOverLimit();
  }

  function note({ host, port }: Target, kind: Outcome, reason?: string): void {
    const key = `${host} ${port}`;
    outcomes.delete(key);
    outcomes.set(key, kind);
    for (const oldest of outcomes.size > maxRemembered ? outcomes.keys().take(1) : []) outcomes.delete(oldest);
    counts[kind]++;
    onEvent({ kind, host, port, ...(reason !== undefined && { reason }) });
  }

  return {
    counts: counts as EgressCounts,
    note,
    /** Notes what a thrown thing means for a target and gives it back. */
    noteFailure(target: Target, error: unknown): Outcome {
      const outcome = outcomeOfError(error);
      const cause = error instanceof Failure ? error.cause : error;
      note(target, outcome, cause instanceof Error ? cause.message : undefined);
      return outcome;
    },
    outcomeOf: (host: string, port: number) => outcomes.get(`${canonicalHost(host)} ${port}`),
    overLimit: () => overLimit,
    request: () => check('maxRequests', ++counts.requests),
    invalid: () => counts.invalid++,
    up(bytes: number) {
      counts.bytesUp += bytes;
      check('maxBytes', counts.bytesUp + counts.bytesDown);
    },
    down(bytes: number) {
      counts.bytesDown += bytes;
      check('maxBytes', counts.bytesUp + counts.bytesDown);
    },
    connections: (open: number) => check('maxConnections', open),
  };
}

function outcomeOfError(error: unknown): Outcome {
  const kind = error instanceof Failure ? error.kind : undefined;
  if (kind === 'blocked_url') return 'blocked';
  return kind === 'dns_failed' || kind === 'connection_refused' ? kind : 'connection_failed';
}
