import { type Instant, instantFromMs, instantToMs } from '@shotwire/contract';
import type { Bus } from '@shotwire/events';
import { keepLeases, startPump, untilDue } from '@shotwire/lanes';
import type { Metrics } from '@shotwire/telemetry';
import { attemptsAtMost } from '../core/schedule.ts';
import { type ClaimedDelivery, claimDeliveries } from '../sql/claim-deliveries.ts';
import { backlog } from '../sql/find-deliveries.ts';
import { lapseDeliveries } from '../sql/lapse-deliveries.ts';
import { type DeliverParts, deliver } from './deliver.ts';

interface CourierParts extends Omit<DeliverParts, 'closing'> {
  bus: Pick<Bus, 'onWake'>;
  metrics: Metrics;
  newId: () => string;
  newSecret: () => Buffer;
  publicUrl: URL;
  /** POSTs at once. */
  slots: number;
  roomPerLane: number;
  leaseS: number;
  /** How long POSTs in hand may go on once the courier closes; then they are handed back. */
  graceMs: number;
}

/** A courier at work. */
export interface Courier extends AsyncDisposable {
  /** A delivery was committed: claim now rather than at the next poll. */
  wake(): void;
}

/** Claims deliveries whenever a slot is free and works them off: claim → sign → send → judge → record → reschedule. */
export function openCourier(parts: CourierParts): Courier {
  const { postgres, bus, metrics, log, now, newId, newSecret, publicUrl, schedule, slots, roomPerLane, leaseS, graceMs } = parts;
  const closing = new AbortController();
  const inHand = new Set<ClaimedDelivery>();
  const measures = measuresIn(parts, inHand);
  const onTrouble = (error: unknown) => log.warn({ error }, 'the queue cannot be read; trying again');

  const pump = startPump<ClaimedDelivery>({
    slots,
    claim: (limit) =>
      postgres.transaction((trx) =>
        claimDeliveries(trx, {
          lanes: { claimId: newId(), limit, roomPerLane, leaseS },
          sentAt: instantFromMs(now()),
          publicUrl,
          newSecret,
        }),
      ),
    untilDue: () => postgres.transaction(untilDue),
    onTrouble,
    work: async (claimed) => {
      inHand.add(claimed);
      const began = performance.now();
      if (claimed.attempt === 1) measures.firstLag.observe(sinceS(claimed.occurredAt, now()));
      const outcome = await deliver({ ...parts, closing: closing.signal }, claimed);
      inHand.delete(claimed);
      measures.attempts.inc({ outcome });
      measures.duration.observe({ outcome }, (performance.now() - began) / 1000);
    },
  });
  bus.onWake('notifier', () => pump.wake());

  const leases = keepLeases({
    postgres,
    leaseS,
    inHand: () => inHand.values().map(({ claim }) => claim.claimId),
    lapse: (trx) => lapseDeliveries(trx, { attemptsAtMost: attemptsAtMost(schedule) }),
    onLapsed: (items) => {
      log.warn({ items }, 'deliveries of a lost courier were taken back');
      measures.attempts.inc({ outcome: 'lost' }, items);
      pump.wake();
    },
    onTrouble,
  });

  return {
    wake: () => pump.wake(),
    [Symbol.asyncDispose]: async () => {
      const timer = setTimeout(() => closing.abort(), graceMs);
      await pump.stop();
      clearTimeout(timer);
      await leases[Symbol.asyncDispose]();
    },
  };
}

function measuresIn({ metrics, postgres, slots }: CourierParts, inHand: ReadonlySet<unknown>) {
  metrics.gauge('notifier_slots', 'POSTs that this replica sends at once, at most.', [], (gauge) => gauge.set(slots));
  metrics.gauge('notifier_in_flight', 'POSTs in hand.', [], (gauge) => gauge.set(inHand.size));
  metrics.gauge('notifier_pending', 'Deliveries that wait, for their first attempt or for another.', [], async (gauge) =>
    gauge.set((await postgres.transaction(backlog)).pending),
  );
  metrics.gauge('notifier_oldest_due_seconds', 'For how long the delivery longest overdue has been due.', [], async (gauge) =>
    gauge.set((await postgres.transaction(backlog)).oldestDueS),
  );
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
  return {
    attempts: metrics.counter('notifier_attempts_total', 'Attempts, by what they ended in.', ['outcome']),
    duration: metrics.histogram('notifier_attempt_duration_seconds', 'From claim to record.', ['outcome'], buckets),
    firstLag: metrics.histogram('notifier_first_attempt_lag_seconds', 'From the event to the beginning of its first POST.', [], buckets),
  };
}

function sinceS(instant: Instant, nowMs: number): number {
  return Math.max(0, nowMs - instantToMs(instant)) / 1000;
}
