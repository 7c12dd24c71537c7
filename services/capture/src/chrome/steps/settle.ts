import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';
import { wentOn } from './went-on.ts';

/** Waits as long as the client asked, and until the fonts of the page that is there by then have come. */
export async function settle(shot: Shot): Promise<void> {
  const { page } = shot.room;
  const { delay } = shot.options;
  if (delay > 0) await sleep(delay * 1000, undefined, { signal: shot.signal });
  while (!(await fontsCame(page))) shot.signal.throwIfAborted();
  stillShown(shot);
}

/** Waits for the fonts; false when the page went on by itself meanwhile, so that it is another one whose fonts count. */
async function fontsCame(page: Page): Promise<boolean> {
  try {
    await page.evaluate(async () => {
      await (globalThis as unknown as { document: { fonts: { ready: Promise<unknown> } } }).document.fonts.ready;
    });
    return true;
  } catch (thrown) {
    if (wentOn(thrown)) return false;
    throw thrown;
  }
}
