import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { House } from './house.ts';
import type { BenchSite } from './site.ts';

/** Milliseconds that a client waits on an idle system, one value for each capture. */
export interface Waits {
  /** From the 202 until the page's first request arrives at its site; below zero when the page was asked for before the answer was read. */
  readonly untilNavigation: readonly number[];
  /** From the picture's file being in its place until the webhook's headers arrive. */
  readonly untilWebhook: readonly number[];
}

interface WaitParts {
  house: House;
  site: BenchSite;
  captures: number;
  signal: AbortSignal;
}

/** Long enough for the slot that was used to be made ready again. */
const REST_MS = 500;

/** Takes captures of a trivial page one after the other. */
export async function measureWaits({ house, site, captures, signal }: WaitParts): Promise<Waits> {
  const untilNavigation: number[] = [];
  const untilWebhook: number[] = [];
  while (untilWebhook.length < captures) {
    await pause(REST_MS, undefined, { signal });
    const url = site.trivialUrl();
    const { id, problem, acceptedMs, toldMs } = await house.capture({ url });
    const askedMs = site.askedMs(url);
    if (problem || askedMs === undefined) throw new Error(`A trivial page was not captured: ${problem ?? 'it was never asked for'}`);
    untilNavigation.push(askedMs - acceptedMs);
    untilWebhook.push(toldMs - (await storedMs(house.archive, id)));
  }
  return { untilNavigation, untilWebhook };
}

/** When a picture was put into its place: the change time of its file, since that is when the archive renames it. */
async function storedMs(archive: string, id: string): Promise<number> {
  for await (const file of glob(`**/${id}.png`, { cwd: archive })) return (await stat(join(archive, file))).ctimeMs;
  throw new Error(`There is no picture of ${id} in ${archive}.`);
}
