import { SelectorMissing, Sticky } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { findElement, isInScroller, measureElement } from './find-element.ts';
import type { PictureOptions } from './picture-options.ts';
import { pin } from './pin.ts';
import { type Box, type Extent, fullPageBox, type Metrics, padded } from './plan.ts';
import { comeToRest, type Scrolled, scrollThrough } from './scroll-through.ts';
import { findScroller, freeScroller, showAll } from './scroller.ts';
import { openWorld, type World } from './world.ts';

interface ComposeParts {
  session: CDPSession;
  options: PictureOptions;
  /** What the page measures at this moment. */
  metricsNow: () => Promise<Metrics>;
  signal: AbortSignal;
  /** The time of the page: its end ends the scrolling. */
  pageSignal: AbortSignal;
}

interface Composed {
  extent: Extent;
  scrolled: Scrolled | undefined;
  fellBackToPage: boolean;
}

type Compose = (parts: ComposeParts & { world: World }) => Promise<Composed>;

/** Whether more than the viewport as it stands is wanted. */
export function isBeyondViewport({ fullPage, selector, clip }: PictureOptions): boolean {
  return fullPage || selector !== '' || clip !== undefined;
}

/**
 * Gets a page ready for what is wanted of it beyond the viewport: all of it loaded, everything at its place, the page at its top.
 * Gives the part that is to be taken.
 */
export async function composePage(parts: ComposeParts): Promise<Composed> {
  const { fullPage, selector } = parts.options;
  const compose = fullPage ? composeFullPage : selector ? composeElement : composeClip;
  return compose({ ...parts, world: await openWorld(parts) });
}

/** The whole page, as the options limit and cut it. */
export function fullPageExtent({ maxHeight, slices }: PictureOptions): Extent {
  return { fullPage: { maxHeight, slices: slices && { height: slices.height, overlap: slices.overlap ?? 0 } } };
}

const composeFullPage: Compose = async (parts) => {
  const { world, options, metricsNow, signal, pageSignal } = parts;
  const { maxHeight, sticky } = options;
  await world.run(showAll);
  const scroller = await world.run(findScroller);
  const scrolled = options.scroll ? await scroll({ ...parts, to: maxHeight ?? Number.POSITIVE_INFINITY }) : undefined;
  await comeToRest({ world, at: 0, signal, pageSignal });
  if (scroller === 'element') await world.run(freeScroller);
  const metrics = await metricsNow();
  await world.run(pin, stickies[sticky] ?? 'first', fullPageBox(metrics, maxHeight).height - metrics.viewport.height);
  return { extent: fullPageExtent(options), scrolled: scrolled && { scroller, ...scrolled }, fellBackToPage: false };
};

const composeElement: Compose = async (parts) => {
  const { world, options, metricsNow, signal, pageSignal } = parts;
  const { selector, selectorMissing, selectorPadding } = options;
  await world.run(showAll);
  const found = await findElement({ world, selector });
  if (!found) return missing(selectorMissing);
  const scroller = await world.run(findScroller);
  const inside = scroller === 'element' && (await world.run(isInScroller));
  const { viewport } = await metricsNow();
  if (found.height <= viewport.height) {
    // Where it is in view, what it holds has come; at the top of the page no header lies over it.
    await comeToRest({ world, at: inside ? 0 : Math.max(0, found.y - viewport.height / 4), signal, pageSignal });
  } else if (options.scroll) {
    await scroll({ ...parts, from: Math.max(0, inside ? 0 : found.y), to: found.y + found.height });
  }
  await comeToRest({ world, at: 0, signal, pageSignal });
  if (inside) await world.run(freeScroller);
  const box = await measureElement(world);
  if (!box) return missing(selectorMissing);
  const { content } = await metricsNow();
  return { extent: { element: padded(box, selectorPadding, content) }, scrolled: undefined, fellBackToPage: false };
};

const composeClip: Compose = async (parts) => {
  const { world, options, metricsNow, signal, pageSignal } = parts;
  const { x, y, width, height } = options.clip as Box;
  const { viewport } = await metricsNow();
  await world.run(showAll);
  const beyond = y + height > viewport.height;
  if (beyond && options.scroll) await scroll({ ...parts, to: y + height });
  await comeToRest({ world, at: 0, signal, pageSignal });
  return { extent: { clip: { x, y, width, height } }, scrolled: undefined, fellBackToPage: false };
};

function missing(then: SelectorMissing): Composed {
  if (then !== SelectorMissing.PAGE) throw new Failure('selector_not_found');
  return { extent: {}, scrolled: undefined, fellBackToPage: true };
}

function scroll({
  world,
  options,
  from = 0,
  to,
  signal,
  pageSignal,
}: {
  world: World;
  options: PictureOptions;
  from?: number;
  to: number;
  signal: AbortSignal;
  pageSignal: AbortSignal;
}) {
  const { scrollStep, scrollDelay, scrollTime, scrollPixels } = options;
  return scrollThrough({
    world,
    from,
    to: Math.min(to, from + scrollPixels),
    step: scrollStep,
    delayMs: scrollDelay * 1000,
    timeMs: scrollTime * 1000,
    signal,
    pageSignal,
  });
}

const stickies: Readonly<Record<number, 'keep' | 'hide' | 'first'>> = {
  [Sticky.KEEP]: 'keep',
  [Sticky.HIDE]: 'hide',
  [Sticky.FIRST]: 'first',
};
