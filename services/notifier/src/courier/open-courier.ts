import { type Instant, instantFromMs, instantToMs } from '@shotwire/contract';
import type { Bus } from '@shotwire/events';
import { keepLeases, startPump, untilDue } from '@shotwire/lanes';
import type { Transaction } from '@shotwire/postgres';
import type { Metrics } from '@shotwire/telemetry';
import { forgetHosts } from '../sql/account-caps.ts';
import { type ClaimedDelivery, claimDeliveries } from '../sql/claim-deliveries.ts';
import type { Keeping } from '../sql/keep-event.ts';
import { giveUpOverdue, lapseDeliveries } from '../sql/lapse-deliveries.ts';
import { resumeForgotten } from '../sql/resume-deliveries.ts';
import type { SealedSecret } from '../sql/secrets.ts';
import { type DeliverParts, send, settle } from './deliver.ts';
import { createKeyring } from './keyring.ts';
import { createMeasures } from './measures.ts';
import { createRecorder } from './recorder.ts';
import { createNews } from './tell-news.ts';
import { createWriter, type WriterParts } from './write-body.ts';

interface CourierParts extends Omit<DeliverParts, 'closing' | 'recorder' | 'keyring'>, WriterParts, Omit<Keeping, 'event'> {
  bus: Pick<Bus, 'onWake' | 'wake'>;
  metrics: Metrics;
  /** The sealed secret of an account, made if it has none. */
  secretFor: (trx: Transaction, accountId: string) => Promise<SealedSecret>;
  /** Attempts at once. */
  slots: number;
  roomPerLane: number;
  /** Attempts of one account at once, over all replicas. */
  roomPerAccount: number;
  attemptsPerMinute: number;
  leaseS: number;
  /** How long attempts in hand may go on once the courier closes; then they are handed back. */
  graceMs: number;
}

/** A courier at work. */
export interface Courier extends AsyncDisposable {
  /** A delivery was committed: claim now rather than at the next poll. */
  wake(): void;
}

/** Claims deliveries whenever a slot is free and works them off: claim → write → send → judge → record → reschedule. */
export function openCourier(parts: CourierParts): Courier {
  const { postgres, bus, metrics, log, now, newId, refuse, secretFor, slots, leaseS, graceMs } = parts;
  const { roomPerLane, roomPerAccount: roomPerOwner, attemptsPerMinute: ratePerOwner } = parts;
  const closing = new AbortController();
  const inHand = new Set<ClaimedDelivery>();
  const settlings = new Set<Promise<void>>();
  const measures = createMeasures({ metrics, postgres, slots, inFlight: () => inHand.size });
  const onTrouble = (error: unknown) => log.warn({ error }, 'the queue cannot be read; trying again');
  const onUnwritable = (delivery: string, error: unknown) =>
    log.error({ error, delivery }, 'a webhook cannot be written; its lease will lapse');
  const writeBody = createWriter(parts);
  const news = createNews({ newId, refuse, now, wake: () => wake() });
  const recorder = createRecorder({ postgres, tell: news.ofRecording, closing: closing.signal });
  const all = { ...parts, recorder, keyring: createKeyring(parts.sealer), closing: closing.signal };

  const pump = startPump<ClaimedDelivery>({
    slots,
    claim: async (free) => {
      // What is being recorded holds no slot, but there is an end to what may wait for that.
      const limit = Math.min(free, 2 * slots - inHand.size);
      if (limit <= 0) return [];
      // Three quarters of the slots are for first attempts, however many others are due.
      const again = [...inHand].filter(({ claim }) => claim.priority === 0).length;
      const roomForBackground = Math.max(Math.ceil(slots / 4) - again, 0);
      const lanes = { claimId: newId(), limit, roomPerLane, roomPerOwner, ratePerOwner, roomForBackground, leaseS };
      const write = writeBody(instantFromMs(now()));
      const began = performance.now();
      const claimed = await postgres.transaction((trx) => claimDeliveries(trx, { lanes, write, secretFor, onUnwritable }));
      if (claimed.length > 0) measures.claim.observe((performance.now() - began) / 1000);
      if (claimed.length === limit) bus.wake('notifier');
      return claimed;
    },
    untilDue: () => postgres.transaction(untilDue),
    onTrouble,
    work: async (claimed) => {
      inHand.add(claimed);
      const began = performance.now();
      if (claimed.attempt === 1) measures.firstLag.observe(sinceS(claimed.occurredAt, now()));
      else measures.lateness.observe(Math.max(claimed.claim.lateS, 0));
      const sending = send(all, claimed);
      const settling = settle(all, claimed, sending).then(({ outcome, reason }) => {
        inHand.delete(claimed);
        settlings.delete(settling);
        measures.attempts.inc({ outcome, reason });
        measures.duration.observe({ outcome }, (performance.now() - began) / 1000);
        // Its lane has room again.
        pump.wake();
      });
      settlings.add(settling);
      // The slot is free once it is sent, however that went.
      await sending.then(
        () => undefined,
        () => undefined,
      );
    },
  });
  // A courier that is full leaves it to the others.
  const wake = () => (pump.inHand < slots ? pump.wake() : bus.wake('notifier'));
  bus.onWake('notifier', () => pump.wake());

  const leases = keepLeases({
    postgres,
    leaseS,
    inHand: () => inHand.values().map(({ claim }) => claim.claimId),
    lapse: async (trx) => {
      // Apps are locked first.
      await resumeForgotten(trx);
      await forgetHosts(trx);
      const overdue = await giveUpOverdue(trx);
      const { lapsed, givenUp } = await lapseDeliveries(trx);
      await news.ofGivenUp(trx, [...overdue, ...givenUp]);
      measures.overdue.inc(overdue.length);
      return lapsed;
    },
    onLapsed: (items) => {
      log.warn({ items }, 'deliveries of a lost courier were taken back');
      measures.attempts.inc({ outcome: 'lost', reason: 'lapsed' }, items);
      pump.wake();
    },
    onTrouble,
  });

  return {
    wake,
    [Symbol.asyncDispose]: async () => {
      const timer = setTimeout(() => closing.abort(), graceMs);
      await pump.stop();
      await Promise.all(settlings);
      clearTimeout(timer);
      await leases[Symbol.asyncDispose]();
    },
  };
}

function sinceS(instant: Instant, nowMs: number): number {
  return Math.max(0, nowMs - instantToMs(instant)) / 1000;
}
