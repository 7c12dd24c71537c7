import { freeze } from '../page/freeze.ts';
import { inEachFrame } from '../page/in-page.ts';
import { wear } from '../page/wear.ts';
import type { Shot } from './shot.ts';
import { sheetsOf } from './stylesheet.ts';

/** Holds the page as the options want it: puts on again what it took off, and stops what moves. */
export async function hold({ room: { session }, options }: Shot): Promise<void> {
  const sheets = sheetsOf(options);
  // Where scripts are forbidden this is the first time that it is put on.
  if (sheets.some((sheet) => sheet !== '')) await inEachFrame(session, wear, ...sheets);
  if (options.disableAnimations) await inEachFrame(session, freeze);
}
