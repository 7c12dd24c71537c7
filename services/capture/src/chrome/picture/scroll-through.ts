import { setTimeout as sleep } from 'node:timers/promises';
import { look, type Sight, scrollDown } from './scroller.ts';
import type { World } from './world.ts';

/** How far a page was scrolled through. */
export interface Scrolled {
  readonly scroller: 'document' | 'element';
  /** What ended it: the page, or one of its two budgets. The time of the page counts too. */
  readonly ended: 'bottom' | 'time' | 'pixels';
  /** The height that was in view at some time, in CSS pixels. */
  readonly pixels: number;
}

/** When to stop. */
interface Ends {
  /** Ends it with a failure. */
  signal: AbortSignal;
  /** The time of the page: what has not come by its end is not waited for. Aborts no later than `signal`. */
  pageSignal: AbortSignal;
}

interface ScrollParts extends Ends {
  world: World;
  /** Where to begin and how far to go, in CSS pixels. */
  from: number;
  to: number;
  step: number;
  delayMs: number;
  timeMs: number;
}

const POLL_MS = 40;

/** How long one step waits for the images that it brought into view. */
const IMAGES_MS = 1_500;

/** How long the bottom of a page that has grown before is given to grow again. */
const GROWTH_MS = 500;

/** How long the page may take to come to rest when it is back at its top. */
const REST_MS = 1_500;

/** Scrolls through a page once, waiting at each step for what comes into view. */
export async function scrollThrough({ world, from, to, step, delayMs, timeMs, ...ends }: ScrollParts): Promise<Omit<Scrolled, 'scroller'>> {
  const end = performance.now() + timeMs;
  const left = () => (ends.pageSignal.aborted ? 0 : Math.max(0, end - performance.now()));
  const rest = (ms: number) => pause(Math.min(ms, left()), ends);

  let seen = await world.run(look);
  const first = seen.height;
  // A page that is in view as a whole has nothing left to load by scrolling.
  if (from === 0 && seen.height <= seen.viewport + 1 && seen.loading === 0) return { ended: 'bottom', pixels: seen.height };
  for (let y = from; ; ) {
    await world.run(scrollDown, y);
    await rest(Math.max(delayMs, POLL_MS));
    seen = await wait({ world, ms: Math.min(IMAGES_MS, left()), until: ({ loading }) => loading === 0, ...ends });
    const pixels = Math.min(seen.height, Math.ceil(seen.y + seen.viewport));
    if (pixels >= to) return { ended: 'pixels', pixels };
    if (pixels >= seen.height - 1) {
      const { height } = seen;
      if (height > first) seen = await wait({ world, ms: Math.min(GROWTH_MS, left()), until: (now) => now.height > height, ...ends });
      if (seen.height <= height) return { ended: 'bottom', pixels };
    }
    if (left() === 0) return { ended: 'time', pixels };
    // A page that scrolls by itself, or does not let itself be scrolled, is asked for no place twice.
    y = Math.max(y, seen.y) + step;
    if (y > seen.height) return { ended: 'bottom', pixels };
  }
}

/** Goes to a height of the page and waits, for some time at most, until nothing there is loading or moving any more. */
export async function comeToRest({ world, at, signal, pageSignal }: Ends & { world: World; at: number }): Promise<void> {
  await world.run(scrollDown, at);
  await pause(POLL_MS, { signal, pageSignal });
  await wait({ world, ms: REST_MS, until: ({ loading, moving }) => loading + moving === 0, signal, pageSignal });
}

interface WaitParts extends Ends {
  world: World;
  ms: number;
  until: (sight: Sight) => boolean;
}

async function wait({ world, ms, until, ...ends }: WaitParts): Promise<Sight> {
  const end = performance.now() + ms;
  for (;;) {
    const sight = await world.run(look);
    if (until(sight) || performance.now() >= end || ends.pageSignal.aborted) return sight;
    await pause(POLL_MS, ends);
  }
}

/** Waits, until the time of the page is over at most; an abort ends it with the reason of the signal, which the timer would hide. */
async function pause(ms: number, { signal, pageSignal }: Ends): Promise<void> {
  await sleep(ms, undefined, { signal: pageSignal }).catch(() => signal.throwIfAborted());
}
