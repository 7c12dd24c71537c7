import type { Pdf } from '@shotwire/contract';
import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession, Page } from 'puppeteer';
import { type Look, mediaOf } from '../page/media.ts';
import { heightOnOnePage } from './one-page.ts';
import { type Sheet, sheetOf, withinLimits } from './paper.ts';

interface PdfParts {
  page: Page;
  session: CDPSession;
  options: Pdf;
  look: Look;
  signal: AbortSignal;
}

const MAX_BYTES = 100 * 1024 * 1024;
/** A layout for paper is now and then a little higher than one for the screen of the same width. */
const SPARES = [1, 1.01, 1.05];
const CHUNK_BYTES = 1024 * 1024;

/** What Chrome says when it cannot print, and what that means to the one who asked. */
const refusals = [
  { chrome: /Page range/, field: 'pdf.page_ranges', says: 'names pages that the document does not have' },
  { chrome: /content area is empty|invalid print parameters/, field: 'pdf', says: 'leaves no room between the margins' },
] as const;

/**
 * The page as PDF. Failures: `validation_error` when page_ranges go past the end, the margins leave no room or a template cannot be
 * printed; `picture_too_large` past 100 MiB, or past 200 inches of page; `page_overload` when Chrome cannot print the page.
 */
export async function makePdf({ page, session, options, look, signal }: PdfParts): Promise<Buffer> {
  checkTemplates(options);
  const asked = sheetOf(options);
  await orAborted(session.send('Emulation.setEmulatedMedia', mediaOf(look, 'paper')), signal);
  try {
    if (!options.onePage) return checkRanges(options, await print({ session, options, sheet: asked, signal }));
    const scale = options.scale ?? 1;
    const width = ((asked.width - asked.left - asked.right) * 96) / scale;
    await using measured = await heightOnOnePage({ page, session, width, signal });
    for (const spare of SPARES) {
      const height = (measured.height * spare * scale) / 96 + asked.top + asked.bottom;
      const body = await print({ session, options, sheet: withinLimits({ ...asked, height }), signal });
      if (countPages(body) === 1) return body;
    }
    throw new Failure('page_overload', { says: 'The page does not keep to the one page that it would fill.' });
  } finally {
    // What is looked at next is the page on the screen.
    session.send('Emulation.setEmulatedMedia', mediaOf(look, 'screen')).catch(() => undefined);
  }
}

async function print({ session, options, sheet, signal }: Omit<PdfParts, 'page' | 'look'> & { sheet: Sheet }): Promise<Buffer> {
  const printing = session.send('Page.printToPDF', {
    paperWidth: sheet.width,
    paperHeight: sheet.height,
    marginTop: sheet.top,
    marginRight: sheet.right,
    marginBottom: sheet.bottom,
    marginLeft: sheet.left,
    printBackground: options.background ?? true,
    scale: options.scale ?? 1,
    pageRanges: options.pageRanges,
    displayHeaderFooter: Boolean(options.headerTemplate || options.footerTemplate),
    // An empty template would be Chrome's own, with date and address.
    headerTemplate: options.headerTemplate || '<span></span>',
    footerTemplate: options.footerTemplate || '<span></span>',
    transferMode: 'ReturnAsStream',
  });
  const { stream } = await orAborted(printing, signal).catch((thrown: unknown) => {
    throw signal.aborted ? signal.reason : meaningOf(thrown);
  });
  return readStream({ session, handle: stream ?? '', signal });
}

async function readStream({ session, handle, signal }: { session: CDPSession; handle: string; signal: AbortSignal }): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for (;;) {
      const { data, base64Encoded, eof } = await orAborted(session.send('IO.read', { handle, size: CHUNK_BYTES }), signal);
      const chunk = Buffer.from(data, base64Encoded ? 'base64' : 'utf8');
      size += chunk.length;
      if (size > MAX_BYTES) throw new Failure('picture_too_large', { says: `The PDF is larger than ${MAX_BYTES / 1024 ** 2} MiB.` });
      chunks.push(chunk);
      if (eof) return Buffer.concat(chunks);
    }
  } finally {
    session.send('IO.close', { handle }).catch(() => undefined);
  }
}

/** A lost browser is left to those who watch it; what Chrome answers is about the page or the options. */
function meaningOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !/Page\.printToPDF\)/.test(thrown.message) || /Target closed|Session closed/.test(thrown.message))
    return thrown;
  const refusal = refusals.find(({ chrome }) => chrome.test(thrown.message));
  if (refusal) return new Failure('validation_error', { fields: { [refusal.field]: [refusal.says] }, cause: thrown });
  return new Failure('page_overload', { says: 'The page could not be printed.', cause: thrown });
}

/** A template that loads a stylesheet takes the page's process down. */
function checkTemplates({ headerTemplate, footerTemplate }: Pdf): void {
  for (const [field, template] of Object.entries({ 'pdf.header_template': headerTemplate, 'pdf.footer_template': footerTemplate })) {
    if (/<link\b|@import\b/i.test(template)) {
      throw new Failure('validation_error', { fields: { [field]: ['must not load stylesheets: neither link nor @import'] } });
    }
  }
}

/** Chrome prints what there is of the ranges. One that ends past the end is cut off there, one that begins past it is a mistake. */
function checkRanges({ pageRanges }: Pdf, body: Buffer): Buffer {
  if (pageRanges === '') return body;
  const ranges = pageRanges.split(',').map((range) => range.split('-').map(Number));
  const last = Math.max(...ranges.map(([from = 0]) => from));
  const wanted = new Set(
    ranges.flatMap(([from = 0, to = from]) =>
      Array.from({ length: Math.max(0, Math.min(to, last) - from + 1) }, (_, index) => from + index),
    ),
  );
  if (countPages(body) >= wanted.size) return body;
  const { field, says } = refusals[0];
  throw new Failure('validation_error', { fields: { [field]: [says] } });
}

/** Pages are objects of their own, in the clear. */
function countPages(body: Buffer): number {
  let pages = 0;
  for (let at = body.indexOf('/Type /Page\n'); at >= 0; at = body.indexOf('/Type /Page\n', at + 1)) pages += 1;
  return pages;
}
