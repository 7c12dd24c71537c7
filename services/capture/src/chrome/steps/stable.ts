import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession } from 'puppeteer';
import { freeze } from '../page/freeze.ts';
import { inEachFrame, inPage } from '../page/in-page.ts';
import { imagesReady } from '../page/look.ts';
import type { Shot } from './shot.ts';
import { fontsCame } from './wait.ts';

/** How long each of its waits may take. */
const limits = { imagesMs: 5_000, framesMs: 5_000 };
const BETWEEN_FRAMES_MS = 100;

/** Waits, where the options ask for it, until the page has everything it shows and shows the same twice. */
export async function stable(shot: Shot): Promise<void> {
  const {
    room: { session },
    options,
    pageSignal,
    notes,
  } = shot;
  if (!options.stable) return;
  await fontsCame(shot);
  const images = await inPage(session, imagesReady, limits.imagesMs);
  await inEachFrame(session, freeze);
  notes.mark('waited', { for: 'stable', images, ...(await equalFrames(session, pageSignal)) });
}

/** Looks at the viewport until two pictures in a row are the same, byte for byte, or the time for it is over. */
async function equalFrames(session: CDPSession, signal: AbortSignal): Promise<{ frames: number; stable: boolean }> {
  const began = performance.now();
  let last = '';
  for (let frames = 1; ; frames += 1) {
    signal.throwIfAborted();
    // Without a clip, which would have the page laid out anew; of jpegs coarse ones are the cheapest.
    const { data } = await session.send('Page.captureScreenshot', { format: 'jpeg', quality: 20, optimizeForSpeed: true });
    if (data === last) return { frames, stable: true };
    if (performance.now() - began > limits.framesMs) return { frames, stable: false };
    last = data;
    await sleep(BETWEEN_FRAMES_MS);
  }
}
