import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import type { Bus, Log } from '../bus.ts';
import { createEars, type Woken } from './ears.ts';
import { extentOf } from './extent-of.ts';
import { followStream } from './follow-stream.ts';
import { type EventReader, readEvents } from './read-events.ts';
import { createRing } from './ring.ts';

interface TailParts {
  bus: Bus;
  log: Log;
  /** How long it goes on when nobody listens. */
  idleMs?: number;
  /** How many events are in memory. */
  remembered?: number;
}

/** Somebody who hears that something happened. */
export interface Ear extends Disposable {
  /** Resolves when nothing from then on is missed; never, where NATS stays away. */
  readonly hears: Promise<void>;
}

interface Reading {
  accountId: string;
  /** The place after which it begins; now when not given. One that the stream has not come to is of a stream that is gone: then the beginning. */
  after?: number | undefined;
  /** Gives up waiting for NATS, and ends the reading. */
  signal: AbortSignal;
}

/** The end of the event stream, as all listeners of a process share it. */
export interface Tail extends AsyncDisposable {
  /** Calls `woken` at each event about a screenshot. */
  hear(screenshotId: string, woken: Woken): Ear;
  /** An account's events in their order, without an end, each once; resolves when none is missed any more. Rejects with the signal's reason. */
  read(reading: Reading): Promise<EventReader>;
}

const RETRY_MS = 500;
const RING_BYTES = 16 * 1024 * 1024;

/** Opens the tail. It reads nothing before somebody listens, and nothing any more when nobody has for a while. */
export function openTail({ bus, log, idleMs = 60_000, remembered = 1_000 }: TailParts): Tail {
  const ears = createEars();
  let current: ReturnType<typeof start> | undefined;
  let listeners = 0;
  let idle: NodeJS.Timeout | undefined;
  let closed = false;
  const returned = { call: () => {} };
  // When NATS has been away its ephemeral consumers may be gone, and nobody would say so for a while.
  bus.onWake('tail', () => returned.call());

  function start() {
    const ring = createRing({ events: remembered, bytes: RING_BYTES });
    const closing = new AbortController();
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>();

    const run = async () => {
      const connection = await bus.connection(closing.signal);
      while (!closing.signal.aborted) {
        const again = new AbortController();
        returned.call = () => again.abort(new Error('the connection to nats is back'));
        const signal = AbortSignal.any([closing.signal, again.signal]);
        try {
          await followStream({ connection, ring, signal, heard: ears.tell, caughtUp: resolve });
        } catch (error) {
          if (closing.signal.aborted) return;
          log.warn({ error }, 'the tail of the event stream was lost; it goes on where it was');
          if (!again.signal.aborted) await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    };
    const running = run().catch((error) => {
      if (!closing.signal.aborted) log.warn({ error }, 'the tail ended');
    });
    return { ring, caughtUp, running, signal: closing.signal, stop: () => closing.abort(new Error('the tail has ended')) };
  }

  /** Keeps the tail going until it is let go of. */
  function hold() {
    if (closed) throw new Error('the tail has ended');
    clearTimeout(idle);
    current ??= start();
    listeners++;
    let held = true;
    const letGo = () => {
      if (!held) return;
      held = false;
      if (--listeners > 0) return;
      idle = setTimeout(() => {
        current?.stop();
        current = undefined;
      }, idleMs).unref();
    };
    return { ...current, letGo };
  }

  /** The place that a reader means. */
  async function settle(after: number, { last }: { last: number }, signal: AbortSignal): Promise<number> {
    if (after <= last) return after;
    const connection = await bus.connection(signal);
    const { lastSequence } = await extentOf(connection);
    return after <= lastSequence ? after : 0;
  }

  return {
    hear(screenshotId, woken) {
      const { caughtUp, letGo } = hold();
      const ear = ears.add({ screenshotId }, woken);
      return {
        hears: caughtUp,
        [Symbol.dispose]() {
          ear[Symbol.dispose]();
          letGo();
        },
      };
    },
    async read({ accountId, after, signal }) {
      const { ring, caughtUp, signal: ended, letGo } = hold();
      try {
        await orAborted(caughtUp, signal);
        const place = after === undefined ? ring.last : await orAborted(settle(after, ring, signal), signal);
        return readEvents({ accountId, place, ring, ears, bus, signal, ended, letGo });
      } catch (thrown) {
        letGo();
        throw thrown;
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(idle);
      current?.stop();
      ears.wakeAll();
      await current?.running;
    },
  };
}
