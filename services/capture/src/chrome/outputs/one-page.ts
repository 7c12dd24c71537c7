import { orAborted } from '@shotwire/deadlines';
import type { CDPSession, Page } from 'puppeteer';
import { evaluateApart } from './evaluate-apart.ts';
import { pageSource } from './page-source.ts';

interface Parts {
  page: Page;
  session: CDPSession;
  /** Of the paper between its margins, in CSS pixels of the page. */
  width: number;
  signal: AbortSignal;
}

/** How high the page is on one sheet, in CSS pixels of that sheet. It keeps to that height until this is disposed of. */
export interface OnePage extends AsyncDisposable {
  readonly height: number;
}

/** Chrome shrinks what is wider than the sheet, so much; what is wider still is cut off. */
const MOST_SHRUNK = 1.5;

const source = pageSource('pin-heights.page.js');

/**
 * Lays the page out as wide as the sheet and measures it. A part that is as high as the viewport would be as high as the sheet,
 * and push what follows to a second one: such parts are held at the height that they have in the viewport.
 */
export async function heightOnOnePage({ page, session, width, signal }: Parts): Promise<OnePage> {
  const viewport = page.viewport() ?? { width: 1280, height: 800 };
  const resize = (to: { width: number; height: number; deviceScaleFactor?: number; isMobile?: boolean }) => {
    const { width, height, deviceScaleFactor = 1, isMobile: mobile = false } = to;
    return orAborted(session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor, mobile }), signal);
  };
  const pin = (act: 'note' | 'hold' | 'measure' | 'free') =>
    evaluateApart<{ width: number; height: number }>({ session, source, given: { act }, signal });

  const wide = Math.round(width);
  await resize({ width: wide, height: viewport.height });
  const noted = await pin('note');
  const laidOut = Math.max(wide, Math.min(Math.ceil(noted.width), Math.floor(wide * MOST_SHRUNK)));
  if (laidOut > wide) {
    await resize({ width: laidOut, height: viewport.height });
    await pin('note');
  }
  await resize({ width: laidOut, height: viewport.height * 2 });
  const held = await pin('hold');
  // What hangs out of the document counts too; no document is less high than its viewport.
  await resize({ width: laidOut, height: Math.ceil(held.height) });
  const { height } = await pin('measure');

  return {
    height: laidOut > wide ? Math.ceil((height * width) / laidOut) : height,
    [Symbol.asyncDispose]: async () => {
      // A page that is gone has nothing to be given back.
      await pin('free')
        .then(() => resize(viewport))
        .catch(() => undefined);
    },
  };
}
