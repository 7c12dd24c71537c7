import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { evaluateApart } from '../outputs/evaluate-apart.ts';
import { librarySource } from '../outputs/page-source.ts';

interface Source {
  /** Of a page that has not gone anywhere yet. */
  session: CDPSession;
  html: string;
  markdown: string;
  signal: AbortSignal;
}

const stylesheet = readFileSync(new URL('markdown.css', import.meta.url), 'utf8');

const source = `({ markdown }) => {
  const { marked } = ${librarySource(fileURLToPath(new URL('marked.umd.js', import.meta.resolve('marked'))))};
  const tokens = marked.lexer(markdown, { gfm: true });
  return { body: marked.parser(tokens), title: tokens.find(({ type }) => type === 'heading')?.text ?? '' };
}`;

/**
 * The document that is given instead of a URL: HTML as it is, or Markdown (GFM) with a stylesheet of ours.
 * Markdown is read in the page, since some of it takes hours. Failure `page_overload` when it cannot be read at all.
 */
export async function documentOf({ session, html, markdown, signal }: Source): Promise<string> {
  if (markdown === '') return html;
  const { body, title } = await evaluateApart<{ body: string; title: string }>({ session, source, given: { markdown }, signal }).catch(
    (thrown: unknown) => {
      if (signal.aborted || !(thrown instanceof Failure)) throw thrown;
      throw new Failure('page_overload', { says: 'The Markdown is nested too deeply.', cause: thrown });
    },
  );
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>`;
  return `<!doctype html>\n<html>\n<head>${head}<style>\n${stylesheet}</style></head>\n<body>\n${body}</body>\n</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
