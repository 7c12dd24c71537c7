import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { evaluateApart } from './evaluate-apart.ts';
import { pageSource } from './page-source.ts';
import { afterWithholding, nothingWithheld, type Withheld } from './withheld.ts';

interface MhtmlParts {
  session: CDPSession;
  withheld?: Withheld;
  signal: AbortSignal;
}

const MAX_BYTES = 100 * 1024 * 1024;
const source = afterWithholding(pageSource('adopted.page.js'));

/** The page with everything it shows in one MIME file, adopted stylesheets too. Failure `picture_too_large` past 100 MiB. */
export async function makeMhtml({ session, withheld = nothingWithheld, signal }: MhtmlParts): Promise<Buffer> {
  const css = await evaluateApart<string>({ session, source, given: withheld, signal });
  const { data } = await orAborted(session.send('Page.captureSnapshot', { format: 'mhtml' }), signal);
  const body = Buffer.from(css === '' ? data : withStyle(data, css));
  if (body.length > MAX_BYTES) {
    throw new Failure('picture_too_large', { says: `The page is larger than the ${MAX_BYTES / 1024 ** 2} MiB that mhtml takes.` });
  }
  return body;
}

/** Chrome writes down no stylesheet that is in no element. It is put at the end of the document, which is the first part. */
function withStyle(mhtml: string, css: string): string {
  const [boundary = ''] = /^------MultipartBoundary--\w+----/m.exec(mhtml) ?? [];
  const end = mhtml.indexOf(`\r\n${boundary}`, mhtml.indexOf(boundary) + boundary.length);
  return mhtml.slice(0, end) + quotedPrintable(`<style>${css}</style>`) + mhtml.slice(end);
}

/** Lines of 76 characters at most, in any encoding that the document may have: what is not ASCII is escaped as CSS does it. */
function quotedPrintable(css: string): string {
  const ascii = css.replaceAll(/[^ -~\n]/gu, (sign) => `\\${sign.codePointAt(0)?.toString(16)} `);
  const lines = ascii.split('\n').map((line) => line.replaceAll('=', '=3D').match(/[^=]{1,72}|=3D/g) ?? ['']);
  return lines.map((pieces) => pieces.join('=\r\n')).join('\r\n');
}
