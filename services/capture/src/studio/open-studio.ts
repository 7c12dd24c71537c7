import { type Bus, outboxLag, type Relay } from '@shotwire/events';
import { depth, keepLeases, startPump, untilDue } from '@shotwire/lanes';
import type { Postgres } from '@shotwire/postgres';
import type { Logger, Metrics } from '@shotwire/telemetry';
import { type ClaimedScreenshot, claimScreenshots } from '../sql/claim-screenshots.ts';
import { lapseScreenshots } from '../sql/lapse-screenshots.ts';
import { type SittingParts, sit } from './sitting.ts';

interface StudioParts extends Omit<SittingParts, 'closing' | 'maxClaims'> {
  postgres: Postgres;
  bus: Pick<Bus, 'onWake' | 'wake'>;
  relay: Pick<Relay, 'nudge'>;
  metrics: Metrics;
  log: Logger;
  slots: number;
  roomPerLane: number;
  leaseS: number;
  /** How long captures in hand may go on once the studio closes; then they are handed back. */
  graceMs: number;
}

/** A studio at work. */
export interface Studio extends AsyncDisposable {
  /** A screenshot was committed: claim now rather than at the next poll. */
  wake(): void;
}

/** A screenshot that was interrupted this often is not tried again: it may be what interrupts. */
const MAX_CLAIMS = 5;

/**
 * Slots that batch work may hold: one is left for those that someone waits for, where there are two. While someone waits, batch
 * work begins in one slot only, since a slot that is free is no processor that is.
 */
const roomForBatch = (slots: number, isAwaited: boolean) => (isAwaited ? 1 : Math.max(slots - 1, 1));

/** Claims screenshots whenever a slot is free and works them off: claim → shoot → keep → finish. */
export function openStudio(parts: StudioParts): Studio {
  const { postgres, bus, relay, metrics, log, newId, slots, roomPerLane, leaseS, graceMs } = parts;
  const closing = new AbortController();
  const inHand = new Set<ClaimedScreenshot>();
  const outcomes = metrics.counter('capture_screenshots_total', 'Captures, by what they ended in.', ['outcome']);
  const duration = metrics.histogram(
    'capture_duration_seconds',
    'From claim to end.',
    ['outcome'],
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
  );
  metrics.gauge('capture_slots', 'Slots of this replica.', [], (gauge) => gauge.set(slots));
  metrics.gauge('capture_slots_busy', 'Slots in use.', [], (gauge) => gauge.set(inHand.size));
  metrics.gauge('capture_queue_depth', 'Screenshots that wait or are in hand, counted up to 100,000.', [], async (gauge) =>
    gauge.set(await postgres.transaction((trx) => depth(trx, 100_000))),
  );
  metrics.gauge('capture_outbox_oldest_seconds', 'Age of the oldest event that the notifier is not known to have.', [], async (gauge) =>
    gauge.set((await postgres.transaction(outboxLag)).oldestS),
  );
  const onTrouble = (error: unknown) => log.warn({ error }, 'the queue cannot be read; trying again');

  const pump = startPump<ClaimedScreenshot>({
    slots,
    claim: async (limit) => {
      const batch = [...inHand].filter(({ screenshot }) => screenshot.priority === 'batch').length;
      const roomForBackground = Math.max(roomForBatch(slots, inHand.size > batch) - batch, 0);
      const wanted = { claimId: newId(), limit, roomPerLane, roomForBackground, leaseS };
      const claimed = await postgres.transaction((trx) => claimScreenshots(trx, wanted));
      if (claimed.length === limit) bus.wake('capture');
      return claimed;
    },
    untilDue: () => postgres.transaction(untilDue),
    onTrouble,
    work: async (claimed) => {
      inHand.add(claimed);
      const began = performance.now();
      const outcome = await sit({ ...parts, maxClaims: MAX_CLAIMS, closing: closing.signal }, claimed);
      inHand.delete(claimed);
      outcomes.inc({ outcome });
      duration.observe({ outcome }, (performance.now() - began) / 1000);
      relay.nudge();
    },
  });
  bus.onWake('capture', () => pump.wake());

  const leases = keepLeases({
    postgres,
    leaseS,
    inHand: () => inHand.values().map(({ claim }) => claim.claimId),
    lapse: (trx) => lapseScreenshots(trx, { maxClaims: MAX_CLAIMS, retentionHours: parts.retentionHours, newEventId: newId }),
    onLapsed: (items) => {
      log.warn({ items }, 'screenshots of a lost studio were taken back');
      pump.wake();
      relay.nudge();
    },
    onTrouble,
  });

  return {
    // A studio that is full leaves it to the others.
    wake: () => (pump.inHand < slots ? pump.wake() : bus.wake('capture')),
    [Symbol.asyncDispose]: async () => {
      const timer = setTimeout(() => closing.abort(), graceMs);
      await pump.stop();
      clearTimeout(timer);
      await leases[Symbol.asyncDispose]();
    },
  };
}
