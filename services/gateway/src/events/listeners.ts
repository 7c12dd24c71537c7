import { Failure } from '@shotwire/failures';
import type { Metrics } from '@shotwire/telemetry';

/** One who listens. */
export interface Listener extends Disposable {
  /** Aborts when the listening is to end: the client is gone, the gateway closes, or its key is of no use any more. */
  signal: AbortSignal;
  leave(): void;
}

/** All who listen to events. */
export interface Listeners {
  /** Lets one more in. Failure `account_full`. */
  enter(account: string): Listener;
  /** One was cut off because it did not read. */
  countCut(): void;
}

interface ListenersParts {
  /** How many an account may have. */
  perAccount: number;
  metrics: Metrics;
  /** Aborts when all are to leave. */
  closing: AbortSignal;
}

/** Nobody yet. */
export function createListeners({ perAccount, metrics, closing }: ListenersParts): Listeners {
  const byAccount = new Map<string, Set<AbortController>>();
  metrics.gauge('event_listeners', 'Streams of events that are open.', [], (gauge) =>
    gauge.set(byAccount.values().reduce((sum, { size }) => sum + size, 0)),
  );
  const cut = metrics.counter('event_listeners_cut_total', 'Streams of events that were cut off because nobody read them.');
  closing.addEventListener('abort', () => {
    for (const same of byAccount.values()) for (const one of same) one.abort();
  });

  return {
    enter(account) {
      const same = byAccount.get(account) ?? new Set();
      if (same.size >= perAccount)
        throw new Failure('account_full', { says: `The account has ${perAccount} streams of events open, and may have no more.` });
      const leaving = new AbortController();
      byAccount.set(account, same.add(leaving));
      if (closing.aborted) leaving.abort();
      return {
        signal: leaving.signal,
        leave: () => leaving.abort(),
        [Symbol.dispose]() {
          leaving.abort();
          same.delete(leaving);
          if (same.size === 0 && byAccount.get(account) === same) byAccount.delete(account);
        },
      };
    },
    countCut: () => cut.inc(),
  };
}
