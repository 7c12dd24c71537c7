import type { CDPSession } from 'puppeteer';
import { evaluateApart } from './evaluate-apart.ts';
import { pageSource } from './page-source.ts';

const source = pageSource('links.page.js');

const most = {
  most: 2_000,
  longest: 4_096,
  mostCharacters: 1024 * 1024,
  /** Links that are looked at, those that lead to where others did included. */
  looked: 20_000,
};

/** Where a page's links lead, each once, in their order: 2,000 of them at most, and of 1 MiB together. Failure `page_overload`. */
export function readLinks({ session, signal }: { session: CDPSession; signal: AbortSignal }): Promise<string[]> {
  return evaluateApart({ session, source, given: most, signal });
}
