import type { Document, Sheet } from './dom.ts';

declare const document: Document;
declare const CSSStyleSheet: new () => Sheet;
declare const innerWidth: number;
declare const innerHeight: number;
declare function scrollBy(by: { top: number; behavior: string }): void;

/** Runs in the page. The selectors that are none. What is left open at its end fits a query, but no stylesheet. */
export function wrongSelectors(selectors: readonly string[]): string[] {
  return selectors.filter((selector) => {
    try {
      document.querySelector(selector);
      new CSSStyleSheet().insertRule(`${selector} {}`);
      return false;
    } catch {
      return true;
    }
  });
}

/** Runs in the page. Whether something fits the selector. */
export function exists(selector: string): boolean {
  return document.querySelector(selector) !== null;
}

/** Runs in the page. Whether something visible fits the selector. */
export function shows(selector: string): boolean {
  for (const element of document.querySelectorAll(selector)) {
    const { width, height } = element.getBoundingClientRect();
    if (width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return true;
  }
  return false;
}

/** Runs in the page. Its visible text, each run of white space as one space. */
export function visibleText(): string {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not meant.
  return (document.body?.innerText ?? '').replace(/\s+/g, ' ');
}

/** Runs in the page. Gives how many images are in view; where `painted` is wanted, when they all can be painted or cannot ever. */
export async function imagesInView(painted: boolean): Promise<number> {
  const inView = [...document.images].filter((image) => {
    const { x, y, width, height } = image.getBoundingClientRect();
    return x < innerWidth && y < innerHeight && x + width > 0 && y + height > 0;
  });
  // No timers and no events: where scripts are off the page has neither.
  if (painted) await Promise.all(inView.map((image) => image.decode().catch(() => undefined)));
  return inView.length;
}

/** Runs in the page. Scrolls it down at once. */
export function scrollDown(pixels: number): void {
  scrollBy({ top: pixels, behavior: 'instant' });
}
