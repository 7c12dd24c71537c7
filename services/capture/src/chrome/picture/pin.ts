import type { PageElement, PageGlobals } from './dom.ts';

// This function runs in the page and stands alone.
declare const window: PageGlobals;

/**
 * Puts what sticks to the viewport where it belongs on a picture that is `beyond` CSS pixels higher than the viewport; the page is at
 * its top. See README.md for the rulings.
 */
export function pin(sticky: 'keep' | 'hide' | 'first', beyond: number): void {
  const { document, innerHeight, innerWidth } = window;
  window.pictureStyles ??= new Map();
  const before = window.pictureStyles;
  const set = (element: PageElement, name: string, value: string) => {
    if (!before.has(element)) before.set(element, element.hasAttribute('style') ? element.style.cssText : null);
    element.style.setProperty(name, value, 'important');
  };
  const containsFixed = ({ transform, filter, perspective, backdropFilter, contain }: Record<string, string>) =>
    [transform, filter, perspective, backdropFilter].some((value) => value !== undefined && value !== 'none') ||
    /paint|layout|strict|content/.test(contain ?? '');
  const ancestors = (element: PageElement): PageElement[] =>
    element.parentElement ? [element.parentElement, ...ancestors(element.parentElement)] : [];

  for (const element of document.querySelectorAll('html, body, body *')) {
    const style = window.getComputedStyle(element);
    // Painted once over the viewport, it would leave the rest of the picture white.
    if (style.backgroundAttachment?.includes('fixed')) set(element, 'background-attachment', 'scroll');
    if (sticky === 'keep' || (style.position !== 'fixed' && style.position !== 'sticky')) continue;
    const above = ancestors(element);

    if (style.position === 'sticky') {
      // The head of a table is part of the table.
      if (sticky === 'hide' && !element.closest('table')) set(element, 'visibility', 'hidden');
      const scrolls = above.slice(0, -2).some((one) => window.getComputedStyle(one).overflowY !== 'visible');
      if (!scrolls) set(element, 'bottom', 'auto');
      continue;
    }

    // Inside of something that is transformed, fixed means absolute: it goes with the page.
    if (above.some((one) => containsFixed(window.getComputedStyle(one)))) continue;
    const { top, bottom, width, height } = element.getBoundingClientRect();
    const isBackdrop = width >= innerWidth && height >= innerHeight - 1 && Number(style.zIndex) < 0;
    if (isBackdrop) {
      set(element, 'height', 'auto');
      set(element, 'bottom', `${-beyond}px`);
      set(element, 'max-height', 'none');
    } else if (sticky === 'hide') {
      set(element, 'visibility', 'hidden');
    } else if (top >= innerHeight / 2 && bottom > innerHeight / 2) {
      set(element, 'transition', 'none');
      set(element, 'top', `${Number.parseFloat(style.top ?? '0') + beyond}px`);
      set(element, 'bottom', `${Number.parseFloat(style.bottom ?? '0') - beyond}px`);
    }
  }
}
