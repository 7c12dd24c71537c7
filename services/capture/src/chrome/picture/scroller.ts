import type { PageElement, PageGlobals } from './dom.ts';

// These functions run in the page. Each stands alone: what they share is kept on the globals of their world.
declare const window: PageGlobals;

/** What is seen of the page while it scrolls, in CSS pixels. */
export interface Sight {
  readonly y: number;
  readonly viewport: number;
  readonly height: number;
  /** Images in view that have not come yet, fonts that are on their way, and animations that come to an end soon. */
  readonly loading: number;
  readonly moving: number;
}

/** Decides what scrolls: the document, or the one element that fills most of the viewport when the document does not. */
export function findScroller(): 'document' | 'element' {
  const { document, innerHeight, innerWidth } = window;
  window.pictureScroller = undefined;
  const root = document.scrollingElement ?? document.documentElement;
  if (root.scrollHeight > innerHeight + 1) return 'document';
  let most = (innerWidth * innerHeight) / 3;
  for (const element of document.querySelectorAll('body, body *')) {
    const { clientWidth, clientHeight, scrollHeight } = element;
    if (scrollHeight <= clientHeight + 1 || clientWidth * clientHeight <= most) continue;
    if (!/auto|scroll/.test(window.getComputedStyle(element).overflowY ?? '')) continue;
    most = clientWidth * clientHeight;
    window.pictureScroller = element;
  }
  return window.pictureScroller ? 'element' : 'document';
}

/** Scrolls to a height, at once. */
export function scrollDown(top: number): void {
  const { document } = window;
  const scroller = window.pictureScroller ?? document.scrollingElement ?? document.documentElement;
  scroller.scrollTo({ top, behavior: 'instant' });
}

/** Looks where the page is, and what it still waits for in view. */
export function look(): Sight {
  const { document, innerHeight, innerWidth } = window;
  const inner = window.pictureScroller;
  const scroller = inner ?? document.scrollingElement ?? document.documentElement;
  let loading = document.fonts.status === 'loading' ? 1 : 0;
  for (const image of document.images) {
    if (image.complete) continue;
    const { top, bottom, left, right, width, height } = image.getBoundingClientRect();
    if (width > 0 && height > 0 && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth) loading += 1;
  }
  const moving = document
    .getAnimations()
    .filter(
      ({ playState, effect }) => playState === 'running' && (effect?.getComputedTiming().endTime ?? Number.POSITIVE_INFINITY) < 5_000,
    );
  return {
    y: scroller.scrollTop,
    viewport: inner?.clientHeight ?? innerHeight,
    height: scroller.scrollHeight,
    loading,
    moving: moving.length,
  };
}

/**
 * Has everything laid out and painted: Chrome spares itself `content-visibility: auto` away from the viewport. And all of it at once: the
 * viewport of a single pixel that Chrome goes through before the picture (calm.ts) would set off the transitions of a narrow page.
 */
export function showAll(): void {
  const { document, CSSStyleSheet } = window;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { content-visibility: visible !important; transition: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  window.pictureSheet = sheet;
}

/** Lets the element that scrolls become as high as what is in it, and all around it grow with it. */
export function freeScroller(): void {
  const { document } = window;
  window.pictureStyles ??= new Map();
  const before = window.pictureStyles;
  const note = (element: PageElement) => {
    if (!before.has(element)) before.set(element, element.hasAttribute('style') ? element.style.cssText : null);
  };
  for (let element = window.pictureScroller ?? null; element; element = element.parentElement) {
    note(element);
    const { position, minHeight } = window.getComputedStyle(element);
    const set = (name: string, value: string) => element?.style.setProperty(name, value, 'important');
    const { height } = element.getBoundingClientRect();
    if (minHeight === '0px' || minHeight === 'auto') set('min-height', `${height}px`);
    for (const name of ['height', 'max-height']) set(name, name === 'height' ? 'auto' : 'none');
    set('overflow', 'visible');
    set('contain', 'none');
    // A shell that is pinned to all sides of the viewport would stay as high as that.
    if (position === 'fixed') set('position', 'absolute');
    if (position === 'fixed' || position === 'absolute') set('bottom', 'auto');
    if (element.parentElement && /flex|grid/.test(window.getComputedStyle(element.parentElement).display ?? '')) set('flex-shrink', '0');
  }
  // An absolute shell takes no room in the document's own height, but can be scrolled to.
  note(document.documentElement);
  document.documentElement.style.setProperty('overflow', 'visible', 'important');
  window.pictureScroller = undefined;
}
