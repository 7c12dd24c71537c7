import { closedLanes } from '@shotwire/lanes';
import type { Postgres } from '@shotwire/postgres';
import type { Counter, Histogram, Metrics } from '@shotwire/telemetry';
import { openStates } from '../core/delivery.ts';
import { type Backlog, backlog } from '../sql/find-deliveries.ts';

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
  lateness: Histogram;
}

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** A host that is dead makes what goes to it late by hours. */
const latenesses = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 43_200];

/** The numbers of the courier. No label ever holds an account, a delivery or a URL. */
export function createMeasures({ metrics, postgres, slots, inFlight }: MeasuresParts): Measures {
  metrics.gauge('notifier_slots', 'POSTs that this replica sends at once, at most.', [], (gauge) => gauge.set(slots));
  metrics.gauge('notifier_in_flight', 'POSTs in hand.', [], (gauge) => gauge.set(inFlight()));
  const stock = createStock(postgres);
  metrics.gauge('notifier_deliveries', 'Deliveries of which something is still to come, by state.', ['state'], async (gauge) => {
    const found = await stock();
    for (const state of openStates) gauge.set({ state }, found[state]);
  });
  metrics.gauge('notifier_oldest_due_seconds', 'For how long the delivery longest overdue has been due.', [], async (gauge) =>
    gauge.set((await stock()).oldestDueS),
  );
  metrics.gauge('notifier_lanes_closed', 'Lanes that are left alone for a while, since nearly all in them failed.', [], async (gauge) =>
    gauge.set((await stock()).lanesClosed),
  );
  return {
    attempts: metrics.counter('notifier_attempts_total', 'Attempts, by what they ended in and why.', ['outcome', 'reason']),
    duration: metrics.histogram('notifier_attempt_duration_seconds', 'From claim to record.', ['outcome'], buckets),
    claim: metrics.histogram('notifier_claim_seconds', 'A claim that found something.', [], buckets),
    overdue: metrics.counter('notifier_given_up_overdue_total', 'Deliveries given up since their host was dead for a day.', []),
    lateness: metrics.histogram('notifier_schedule_lateness_seconds', 'How late a further attempt began.', [], latenesses),
    firstLag: metrics.histogram('notifier_first_attempt_lag_seconds', 'From the event to the beginning of its first POST.', [], buckets),
  };
}

/** Takes stock once for all gauges of a scrape, which ask at the same time. */
function createStock(postgres: Postgres): () => Promise<Backlog & { lanesClosed: number }> {
  let taking: ReturnType<typeof take> | undefined;
  const take = async () => postgres.transaction(async (trx) => ({ ...(await backlog(trx)), lanesClosed: (await closedLanes(trx)).length }));
  return () => {
    taking ??= take().finally(() => {
      taking = undefined;
    });
    return taking;
  };
}
