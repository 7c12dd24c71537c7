import { Failure } from '@shotwire/failures';
import { traitsOf } from '../../core/formats.ts';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';
import { wentOn } from './went-on.ts';

/**
 * Chrome's captureScreenshot sometimes never answers, on harmless pages, and stalls the browser's other tabs while it does not.
 * The largest pictures allowed take some five seconds on a slow machine.
 */
const SNAP_MS = 20_000;

/** Takes the picture. Failure `browser_lost` when Chrome does not answer in time: the browser hangs. */
export async function snap(shot: Shot): Promise<void> {
  const { room, options, clip } = shot;
  const format = traitsOf(options.format).word as 'png' | 'jpeg' | 'webp';
  const hung = Promise.withResolvers<never>();
  const timer = setTimeout(() => hung.reject(new Failure('browser_lost', { cause: new Error('no answer to captureScreenshot') })), SNAP_MS);
  try {
    const once = () =>
      room.page.screenshot({
        type: format,
        ...(format !== 'png' && { quality: options.quality }),
        // A clip makes Chrome lay the page out and paint it once more: the viewport is taken as it is.
        ...(options.fullPage && { clip, captureBeyondViewport: true }),
      });
    shot.body = Buffer.from(await Promise.race([again(shot, once), hung.promise]));
    if (shot.body.length === 0) throw new Failure('picture_too_large', { says: `The page is too large for ${format}.` });
  } finally {
    clearTimeout(timer);
  }
}

/** Tries again as long as the page goes on to another one meanwhile. */
async function again<T>(shot: Shot, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (thrown) {
      if (!wentOn(thrown)) throw thrown;
      shot.signal.throwIfAborted();
      stillShown(shot);
    }
  }
}
