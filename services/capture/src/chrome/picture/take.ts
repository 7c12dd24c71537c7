import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import type { Box, Metrics } from './plan.ts';

/**
 * Chrome's captureScreenshot sometimes never answers, on harmless pages, and stalls the browser's other tabs while it does not.
 * A viewport takes some 50 ms, 80 million pixels three seconds.
 */
const deadlineMs = { base: 5_000, perMillionPixels: 250 };

interface TakeParts {
  /** That of session.ts and no other. */
  session: CDPSession;
  metrics: Metrics;
  /** What to take; the viewport as it is when it is not given, which spares Chrome a layout. */
  box?: Box | undefined;
  format: 'png' | 'jpeg' | 'webp';
  quality: number;
  signal: AbortSignal;
}

/**
 * Takes one picture, as Chrome encodes it. The page keeps its viewport: `100vh` and media queries do not change, fixed elements stay
 * where the page is scrolled to. Failure `browser_lost` when Chrome does not answer in time.
 */
export async function take({ session, metrics, box, format, quality, signal }: TakeParts): Promise<Buffer> {
  const { width, height } = box ?? metrics.viewport;
  const pixels = width * height * metrics.scale ** 2;
  const hung = Promise.withResolvers<never>();
  const late = () => hung.reject(new Failure('browser_lost', { cause: new Error('no answer to captureScreenshot') }));
  const timer = setTimeout(late, deadlineMs.base + (pixels / 1_000_000) * deadlineMs.perMillionPixels);
  const { deviceScale } = metrics;
  try {
    const answer = session.send('Page.captureScreenshot', {
      format,
      optimizeForSpeed: format === 'png',
      ...(format !== 'png' && { quality }),
      ...(box && { clip: { ...box, scale: metrics.scale / deviceScale }, captureBeyondViewport: true }),
    });
    const { data } = await orAborted(Promise.race([answer, hung.promise]), signal);
    const body = Buffer.from(data, 'base64');
    if (body.length === 0) throw new Failure('picture_too_large', { says: `The page is too large for ${format}.` });
    return body;
  } finally {
    clearTimeout(timer);
  }
}
