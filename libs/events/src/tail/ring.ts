import type { Tailed } from './tailed.ts';

/** What of a stream says whether it is still the one that was read, and how far it reaches. */
export interface StreamExtent {
  /** When it was made: names it. */
  created: string;
  firstSequence: number;
  lastSequence: number;
}

/** The newest events of a stream, in memory. */
export interface Ring {
  /** The place of the newest event. */
  readonly last: number;
  /** Grows whenever places have begun anew, because the stream has: then those from before say nothing any more. */
  readonly era: number;
  /** The place up to which events are forgotten: whoever has come less far cannot go on from here. */
  readonly floor: number;
  /** From which place the stream is to be read, now that it reaches so far. */
  begin(stream: StreamExtent): number;
  /** Takes the next event in; false for one that is known, and was sent again. */
  add(tailed: Tailed, bytes: number): boolean;
  /** Notes that there is nothing to read at a place. */
  skip(sequence: number): void;
  /** The events of an account after a place, oldest first; undefined where some of them are forgotten. */
  after(sequence: number, accountId: string): readonly Tailed[] | undefined;
}

/** A ring of so many events, which have so many bytes together. */
export function createRing({ events, bytes: room }: { events: number; bytes: number }): Ring {
  const kept: { tailed: Tailed; bytes: number }[] = [];
  const known = new Set<string>();
  let [created, last, floor, era, size] = ['', 0, 0, 0, 0];

  function forget(count: number): void {
    for (const { tailed, bytes } of kept.splice(0, count)) {
      size -= bytes;
      floor = tailed.sequence;
    }
  }

  function know(id: string): void {
    known.add(id);
    const [oldest] = known;
    if (known.size > 2 * events && oldest !== undefined) known.delete(oldest);
  }

  return {
    get last() {
      return last;
    },
    get era() {
      return era;
    },
    get floor() {
      return floor;
    },
    begin(stream) {
      if (stream.created === created && stream.lastSequence >= last) return last + 1;
      // Another stream, or the same one as it was earlier: what is known of it by its place is known no more, by its id it is.
      created = stream.created;
      forget(kept.length);
      era++;
      const from = Math.max(1, stream.firstSequence, stream.lastSequence - events + 1);
      last = floor = from - 1;
      return from;
    },
    add(tailed, bytes) {
      last = tailed.sequence;
      if (known.has(tailed.event.id)) return false;
      know(tailed.event.id);
      kept.push({ tailed, bytes });
      size += bytes;
      while (kept.length > events || size > room) forget(1);
      return true;
    },
    skip(sequence) {
      last = sequence;
    },
    after(sequence, accountId) {
      if (sequence < floor) return undefined;
      const found: Tailed[] = [];
      // Who asks is nearly always near the end.
      for (let at = kept.length - 1; at >= 0; at--) {
        const { tailed } = kept[at] as (typeof kept)[number];
        if (tailed.sequence <= sequence) break;
        if (tailed.event.accountId === accountId) found.push(tailed);
      }
      return found.reverse();
    },
  };
}
