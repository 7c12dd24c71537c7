import { setTimeout as sleep } from 'node:timers/promises';
import type { PageGlobals } from '../picture/dom.ts';
import { findScroller } from '../picture/scroller.ts';
import type { World } from '../picture/world.ts';

declare const window: PageGlobals;

interface ScrollParts {
  world: World;
  /** How long the whole way takes. */
  ms: number;
  /** Whether it comes back. */
  back: boolean;
  fps: number;
  signal: AbortSignal;
}

/** The share of the time that the page stands still at each end of the way, for the eye to find where it is. */
const REST = 0.1;

/** Scrolls evenly down a page, and back if that is wanted, in so much time however long the page is. */
export async function scrollAlong({ world, ms, back, fps, signal }: ScrollParts): Promise<void> {
  await world.run(findScroller);
  const began = performance.now();
  for (let share = 0; share < 1; ) {
    share = Math.min(1, (performance.now() - began) / ms);
    await world.run(scrollTo, placeAt(share, back));
    await sleep(1000 / fps, undefined, { signal });
  }
}

/** How far down the page is, 0 to 1, at a share of the time. */
export function placeAt(share: number, back: boolean): number {
  const way = Math.min(1, Math.max(0, (share - REST) / (1 - 2 * REST)));
  const gone = back ? 1 - Math.abs(2 * way - 1) : way;
  // It begins and ends gently.
  return gone * gone * (3 - 2 * gone);
}

/** Runs in the page. */
function scrollTo(share: number): void {
  const { document, innerHeight } = window;
  const inner = window.pictureScroller;
  const scroller = inner ?? document.scrollingElement ?? document.documentElement;
  scroller.scrollTo({ top: share * (scroller.scrollHeight - (inner?.clientHeight ?? innerHeight)), behavior: 'instant' });
}
