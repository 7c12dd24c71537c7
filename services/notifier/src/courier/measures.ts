import type { Postgres } from '@shotwire/postgres';
import type { Counter, Histogram, Metrics } from '@shotwire/telemetry';
import { backlog } from '../sql/find-deliveries.ts';

interface MeasuresParts {
  metrics: Metrics;
  postgres: Postgres;
  slots: number;
  /** POSTs in hand now. */
  inFlight: () => number;
}

/** What the courier counts as it goes. */
interface Measures {
  attempts: Counter<'outcome' | 'reason'>;
  duration: Histogram<'outcome'>;
  firstLag: Histogram;
  claim: Histogram;
  overdue: Counter;
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The numbers of the courier. No label ever holds an account, a delivery or a URL. */
export function createMeasures({ metrics, postgres, slots, inFlight }: MeasuresParts): Measures {
  metrics.gauge('notifier_slots', 'POSTs that this replica sends at once, at most.', [], (gauge) => gauge.set(slots));
  metrics.gauge('notifier_in_flight', 'POSTs in hand.', [], (gauge) => gauge.set(inFlight()));
  metrics.gauge('notifier_pending', 'Deliveries that wait, for their first attempt or for another.', [], async (gauge) =>
    gauge.set((await postgres.transaction(backlog)).pending),
  );
  metrics.gauge('notifier_oldest_due_seconds', 'For how long the delivery longest overdue has been due.', [], async (gauge) =>
    gauge.set((await postgres.transaction(backlog)).oldestDueS),
  );
  return {
    attempts: metrics.counter('notifier_attempts_total', 'Attempts, by what they ended in and why.', ['outcome', 'reason']),
    duration: metrics.histogram('notifier_attempt_duration_seconds', 'From claim to record.', ['outcome'], buckets),
    claim: metrics.histogram('notifier_claim_seconds', 'A claim that found something.', [], buckets),
    overdue: metrics.counter('notifier_given_up_overdue_total', 'Deliveries given up since their host was dead for a day.', []),
    firstLag: metrics.histogram('notifier_first_attempt_lag_seconds', 'From the event to the beginning of its first POST.', [], buckets),
  };
}
