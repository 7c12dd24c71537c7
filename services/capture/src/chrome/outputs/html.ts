import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { evaluateApart } from './evaluate-apart.ts';
import { pageSource } from './page-source.ts';
import { afterWithholding, nothingWithheld, type Withheld } from './withheld.ts';

interface HtmlParts {
  session: CDPSession;
  /** Whether relative links are to work wherever the text is opened; of no use to a page without an address. */
  withBase: boolean;
  withheld?: Withheld;
  signal: AbortSignal;
}

const MAX_BYTES = 50 * 1024 * 1024;
const source = afterWithholding(`(given) => (${pageSource('html.page.js')})({ ...given, adopted: (${pageSource('adopted.page.js')})() })`);

/**
 * The document as it stands, in UTF-8: doctype, elements, shadow trees as declarative templates, adopted stylesheets
 * as an element of its head. Scripts stay in it.
 * Failure `picture_too_large` past 50 MiB.
 */
export async function makeHtml({ session, withBase, withheld = nothingWithheld, signal }: HtmlParts): Promise<Buffer> {
  const given = { most: MAX_BYTES, withBase, ...withheld };
  const { text } = await evaluateApart<{ text?: string }>({ session, source, given, signal });
  const body = Buffer.from(text ?? '');
  if (text === undefined || body.length > MAX_BYTES) {
    throw new Failure('picture_too_large', { says: `The document is larger than the ${MAX_BYTES / 1024 ** 2} MiB that html takes.` });
  }
  return body;
}
