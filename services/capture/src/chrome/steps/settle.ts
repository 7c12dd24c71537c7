import { setTimeout as sleep } from 'node:timers/promises';
import type { Shot } from './shot.ts';

/** Waits as long as the client asked, and until the page's fonts are there. */
export async function settle({ room: { page }, options: { delay }, signal }: Shot): Promise<void> {
  if (delay > 0) await sleep(delay * 1000, undefined, { signal });
  await page.evaluate(async () => {
    await (globalThis as unknown as { document: { fonts: { ready: Promise<unknown> } } }).document.fonts.ready;
  });
}
