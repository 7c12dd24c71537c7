import { type Instant, instantFromMs, instantToMs } from '@shotwire/contract';
import type { Bus } from '@shotwire/events';
import { keepLeases, startPump, untilDue } from '@shotwire/lanes';
import type { Metrics } from '@shotwire/telemetry';
import { attemptsAtMost } from '../core/schedule.ts';
import { type ClaimedDelivery, claimDeliveries } from '../sql/claim-deliveries.ts';
import { lapseDeliveries } from '../sql/lapse-deliveries.ts';
import { type DeliverParts, deliver } from './deliver.ts';
import { createMeasures } from './measures.ts';

interface CourierParts extends Omit<DeliverParts, 'closing'> {
  bus: Pick<Bus, 'onWake' | 'wake'>;
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
  const measures = createMeasures({ metrics, postgres, slots, inFlight: () => inHand.size });
  const onTrouble = (error: unknown) => log.warn({ error }, 'the queue cannot be read; trying again');

  const pump = startPump<ClaimedDelivery>({
    slots,
    claim: async (limit) => {
      const lanes = { claimId: newId(), limit, roomPerLane, leaseS };
      const sentAt = instantFromMs(now());
      const claimed = await postgres.transaction((trx) => claimDeliveries(trx, { lanes, sentAt, publicUrl, newSecret }));
      if (claimed.length === limit) bus.wake('notifier');
      return claimed;
    },
    untilDue: () => postgres.transaction(untilDue),
    onTrouble,
    work: async (claimed) => {
      inHand.add(claimed);
      const began = performance.now();
      if (claimed.attempt === 1) measures.firstLag.observe(sinceS(claimed.occurredAt, now()));
      const { outcome, reason } = await deliver({ ...parts, closing: closing.signal }, claimed);
      inHand.delete(claimed);
      measures.attempts.inc({ outcome, reason });
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
      measures.attempts.inc({ outcome: 'lost', reason: 'lapsed' }, items);
      pump.wake();
    },
    onTrouble,
  });

  return {
    // A courier that is full leaves it to the others.
    wake: () => (pump.inHand < slots ? pump.wake() : bus.wake('notifier')),
    [Symbol.asyncDispose]: async () => {
      const timer = setTimeout(() => closing.abort(), graceMs);
      await pump.stop();
      clearTimeout(timer);
      await leases[Symbol.asyncDispose]();
    },
  };
}

function sinceS(instant: Instant, nowMs: number): number {
  return Math.max(0, nowMs - instantToMs(instant)) / 1000;
}
