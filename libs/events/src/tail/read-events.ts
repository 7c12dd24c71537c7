import type { Bus } from '../bus.ts';
import type { Ears } from './ears.ts';
import { readPast } from './read-past.ts';
import type { Ring } from './ring.ts';
import type { Tailed } from './tailed.ts';

/** An account's events, one after the other. Ends with its signal, or with the tail; throws when JetStream cannot be read where it has to be. */
export interface EventReader extends AsyncIterable<Tailed> {
  /** The place up to which there is nothing more to read: where whoever has read so far goes on. */
  readonly place: number;
}

interface ReaderParts {
  accountId: string;
  /** The place after which it begins. */
  place: number;
  ring: Ring;
  ears: Ears;
  bus: Bus;
  signal: AbortSignal;
  /** Aborts when the tail ends. */
  ended: AbortSignal;
  letGo: () => void;
}

/**
 * Reads on from a place: from the ring, or from JetStream where that is forgotten. There is no queue for a reader: one that is slow falls out of
 * the ring, and is back in it when it has caught up.
 */
export function readEvents({ accountId, place: begin, ring, ears, bus, signal, ended, letGo }: ReaderParts): EventReader {
  let place = begin;
  let { era } = ring;
  let waiting = false;
  let wake = () => {};
  const ear = ears.add({ accountId }, () => wake());
  const over = () => signal.aborted || ended.aborted;
  const leave = () => {
    ear[Symbol.dispose]();
    letGo();
    wake();
  };
  // Also of a reader that is never read.
  if (over()) leave();
  else signal.addEventListener('abort', leave, { once: true });

  async function* past() {
    let came = false;
    for await (const tailed of readPast(await bus.connection(signal), place)) {
      came = true;
      place = tailed.sequence;
      if (over()) return;
      if (tailed.event.accountId === accountId) yield tailed;
    }
    // What is between is nowhere any more.
    if (!came) place = Math.max(place, ring.floor);
  }

  async function* read() {
    try {
      while (!over()) {
        if (era !== ring.era) {
          // The ring has of a stream that begins anew what it does not know yet.
          ({ era } = ring);
          place = ring.floor;
        }
        const fresh = ring.after(place, accountId);
        if (!fresh) yield* past();
        else if (fresh.length > 0) {
          for (const tailed of fresh) {
            if (over() || era !== ring.era) break;
            place = tailed.sequence;
            yield tailed;
          }
        } else {
          place = Math.max(place, ring.last);
          const woken = Promise.withResolvers<void>();
          wake = woken.resolve;
          waiting = true;
          await woken.promise;
          waiting = false;
        }
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }
  return {
    get place() {
      return waiting && era === ring.era ? Math.max(place, ring.last) : place;
    },
    [Symbol.asyncIterator]: read,
  };
}
