import { setTimeout as sleep } from 'node:timers/promises';

interface PumpParts<Item> {
  /** Items that may be in hand at once. */
  slots: number;
  /** Claims up to `limit` due items. */
  claim: (limit: number) => Promise<readonly Item[]>;
  /** Milliseconds until a claim can find what the last one did not, undefined when nothing is to come. */
  untilDue: () => Promise<number | undefined>;
  /** Works one item off. It must not reject: what can go wrong with an item is its own business. */
  work: (item: Item) => Promise<void>;
  /** Told of failures of `claim` and `untilDue`; the pump goes on after a pause. */
  onTrouble: (thrown: unknown) => void;
}

/** A running loop from lanes to hands. */
export interface Pump extends AsyncDisposable {
  /** Something may be due: look now. */
  wake(): void;
  /** Items in hand. */
  readonly inHand: number;
  /** Claims nothing more; resolves when all hands are empty. */
  stop(): Promise<void>;
}

/** The backstop when a wake-up is lost. */
const POLL_MS = 1_000;
/** What is due but locked by somebody would be asked for without a pause. */
const REST_MS = 10;

const awake = new DOMException('Something may be due.', 'AbortError');

/** Claims whenever a slot is free and something is due: on a wake-up, when the next item falls due, or by the slow poll. */
export function startPump<Item>({ slots, claim, untilDue, work, onTrouble }: PumpParts<Item>): Pump {
  const hands = new Set<Promise<void>>();
  let stopped = false;
  let alarm = new AbortController();

  const wake = () => {
    // With a reason that is there already: otherwise an error is made each time.
    if (!alarm.signal.aborted) alarm.abort(awake);
  };

  const take = async (limit: number): Promise<boolean> => {
    const items = await claim(limit);
    for (const item of items) {
      const hand = work(item).finally(() => {
        hands.delete(hand);
        wake();
      });
      hands.add(hand);
    }
    return items.length === limit;
  };

  const pause = async (): Promise<number> => {
    if (hands.size >= slots) return POLL_MS;
    try {
      if (await take(slots - hands.size)) return POLL_MS;
      // Somebody has called meanwhile: it will look at once.
      if (alarm.signal.aborted) return POLL_MS;
      // Rounded up: a timer that rings before the item is due finds nothing.
      return Math.min(Math.max(Math.ceil((await untilDue()) ?? POLL_MS), REST_MS), POLL_MS);
    } catch (thrown) {
      onTrouble(thrown);
      return POLL_MS;
    }
  };

  const run = async () => {
    while (!stopped) {
      alarm = new AbortController();
      const { signal } = alarm;
      const ms = await pause();
      if (!stopped) await sleep(ms, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();

  const stop = async () => {
    stopped = true;
    wake();
    await running;
    await Promise.all(hands);
  };

  return {
    wake,
    get inHand() {
      return hands.size;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
