import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { evaluateApart } from './evaluate-apart.ts';
import { librarySource, pageSource } from './page-source.ts';
import { afterWithholding, nothingWithheld, type Withheld } from './withheld.ts';

interface MarkdownParts {
  session: CDPSession;
  withheld?: Withheld;
  signal: AbortSignal;
}

const MAX_BYTES = 10 * 1024 * 1024;

// All of it runs in the page: a page that is made to be hard to read takes its own time and memory, not ours.
const source = afterWithholding(`({ most }) => (${pageSource('markdown.page.js')})({
  most,
  copy: (${pageSource('visible-copy.page.js')})(),
  Readability: ${librarySource('@mozilla/readability/Readability.js')},
  isProbablyReaderable: ${librarySource('@mozilla/readability/Readability-readerable.js')},
  TurndownService: ${librarySource('turndown/lib/turndown.browser.umd.js')},
})`);

/**
 * The main text of the page as Markdown: of its article where there is one, else of its main element or all of its body; what
 * cannot be seen is left out. Failure `picture_too_large` past 10 MiB.
 */
export async function makeMarkdown({ session, withheld = nothingWithheld, signal }: MarkdownParts): Promise<Buffer> {
  const given = { most: MAX_BYTES, ...withheld };
  const { text } = await evaluateApart<{ text?: string }>({ session, source, given, signal });
  const body = Buffer.from(text ?? '');
  if (text === undefined || body.length > MAX_BYTES) {
    throw new Failure('picture_too_large', { says: `The text is larger than the ${MAX_BYTES / 1024 ** 2} MiB that markdown takes.` });
  }
  return body;
}
