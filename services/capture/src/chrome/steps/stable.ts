import { setTimeout as sleep } from 'node:timers/promises';
import { deadline, orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession, Page } from 'puppeteer';
import { freeze } from '../page/freeze.ts';
import { inEachFrame, inPage } from '../page/in-page.ts';
import { imagesInView } from '../page/look.ts';
import type { Shot } from './shot.ts';
import { fontsCame } from './wait.ts';

/** How long each of its waits may take. */
const limits = { imagesMs: 5_000, framesMs: 5_000, glanceMs: 8_000 };
const BETWEEN_FRAMES_MS = 100;

/** Waits, where the options ask for it, until the page has everything it shows and shows the same twice. */
export async function stable(shot: Shot): Promise<void> {
  const { room, options, pageSignal, notes } = shot;
  if (!options.stable) return;
  await fontsCame(shot);
  const images = await imagesCame(room.session);
  await inEachFrame(room.session, freeze);
  notes.mark('waited', { for: 'stable', images, ...(await equalFrames(room.page, pageSignal)) });
}

/** Waits until the images in view can be painted, for some time at most. Gives how many there are. */
async function imagesCame(session: CDPSession): Promise<number> {
  const ended = new AbortController();
  const late = sleep(limits.imagesMs, undefined, { signal: ended.signal }).then(() => inPage(session, imagesInView, false));
  late.catch(() => undefined);
  try {
    return await Promise.race([inPage(session, imagesInView, true), late]);
  } finally {
    ended.abort();
  }
}

/** Looks at the viewport until two pictures in a row are the same, byte for byte, or the time for it is over. */
async function equalFrames(page: Page, signal: AbortSignal): Promise<{ frames: number; stable: boolean }> {
  const began = performance.now();
  let last: string | undefined;
  for (let frames = 1; ; frames += 1) {
    signal.throwIfAborted();
    const frame = await glance(page);
    if (frame === last) return { frames, stable: true };
    if (performance.now() - began > limits.framesMs) return { frames, stable: false };
    last = frame;
    await sleep(BETWEEN_FRAMES_MS);
  }
}

/** The viewport, coarse and cheap. Without a clip, which would have the page laid out anew; by the page, whose metrics are its own. */
async function glance(page: Page): Promise<string> {
  const hung = new Failure('browser_lost', { cause: new Error('no answer to captureScreenshot') });
  using limit = deadline(limits.glanceMs, hung, new AbortController().signal);
  const taking = page.screenshot({ type: 'jpeg', quality: 20, encoding: 'base64', captureBeyondViewport: false, optimizeForSpeed: true });
  return await orAborted(taking, limit.signal);
}
