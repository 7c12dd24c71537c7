import { setTimeout as sleep } from 'node:timers/promises';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';

/** Waits as long as the client asked, and until the fonts of the page that is there by then have come. */
export async function settle(shot: Shot): Promise<void> {
  const { page } = shot.room;
  const { delay } = shot.options;
  if (delay > 0) await sleep(delay * 1000, undefined, { signal: shot.signal });
  await page.evaluate(async () => {
    await (globalThis as unknown as { document: { fonts: { ready: Promise<unknown> } } }).document.fonts.ready;
  });
  stillShown(shot);
}
