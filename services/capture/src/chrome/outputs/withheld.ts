import { pageSource } from './page-source.ts';

/** What of the page is for nobody to read. */
export interface Withheld {
  /** Selectors of what is hidden, and of what is painted over. */
  hide: readonly string[];
  mask: readonly string[];
  /** The declarations that paint over. */
  black: string;
}

/** What a page that was asked for as it is withholds. */
export const nothingWithheld: Withheld = { hide: [], mask: [], black: '' };

/**
 * The source of a function for the page that withholds, and at once, before the page can write anything anew, does what another one does.
 * Both are given the same.
 */
export function afterWithholding(source: string): string {
  return `(given) => { (${pageSource('withhold.page.js')})(given); return (${source})(given); }`;
}
