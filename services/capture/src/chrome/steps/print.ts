import { wantedFormats } from '../../core/formats.ts';
import { film } from '../film/film.ts';
import { makeHtml } from '../outputs/html.ts';
import { makeMarkdown } from '../outputs/markdown.ts';
import { makeMhtml } from '../outputs/mhtml.ts';
import { makePdf } from '../outputs/pdf.ts';
import { putBack } from '../picture/put-back.ts';
import { whileAnswering } from '../room/while-answering.ts';
import { isGiven } from '../sources/serve-document.ts';
import type { Output, Shot } from './shot.ts';
import { withheldOf } from './stylesheet.ts';

/** How each result that is no picture is made. A video may scroll the page. The PDF comes last: one page as high as the document lays the document out anew. */
const makers: Readonly<Record<Output['format'], (shot: Shot) => Promise<Buffer>>> = {
  html: ({ room: { page, session }, options, signal }) =>
    makeHtml({ session, withBase: !isGiven(page.url()), withheld: withheldOf(options), signal }),
  mhtml: ({ room: { session }, options, signal }) => makeMhtml({ session, withheld: withheldOf(options), signal }),
  markdown: ({ room: { session }, options, signal }) => makeMarkdown({ session, withheld: withheldOf(options), signal }),
  webm: (shot) => film(shot, 'webm'),
  mp4: (shot) => film(shot, 'mp4'),
  pdf: ({ room: { page, session }, options, signal }) => {
    if (!options.pdf) throw new Error('exact options that want a PDF say how');
    return makePdf({ page, session, options: options.pdf, look: options, signal });
  },
};

/** Chrome answers nothing while it prints, which takes it some 13 ms for a thousand pixels of height, and longer on a busy machine. */
const PRINTING_MS_PER_PIXEL = 0.025;

async function printingMs({ room }: Shot): Promise<number> {
  const { cssContentSize } = await whileAnswering(room, room.session.send('Page.getLayoutMetrics'));
  return cssContentSize.height * PRINTING_MS_PER_PIXEL;
}

/** Makes the results that are no pictures. */
export async function print(shot: Shot): Promise<void> {
  const { room, pictures, signal } = shot;
  if (pictures) await whileAnswering(room, putBack({ page: room.page, signal }));
  const wanted = new Set<string>(wantedFormats(shot.options).map(({ word }) => word));
  for (const [format, make] of Object.entries(makers) as [Output['format'], (typeof makers)['html']][]) {
    if (!wanted.has(format)) continue;
    const silentMs = format === 'pdf' ? await printingMs(shot) : 0;
    shot.outputs.push({ format, body: await whileAnswering(shot.room, make(shot), silentMs) });
    shot.notes.mark('made', { format });
  }
}
