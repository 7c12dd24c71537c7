import type { House, Wish } from '../house.ts';
import { inParallel } from '../in-parallel.ts';

/** What became of a run of captures. */
export interface Rate {
  /** Captures that ended with a picture, per second. */
  readonly perSecond: number;
  /** Why the others did not. */
  readonly problems: readonly string[];
}

interface RateParts {
  house: House;
  wishes: readonly Wish[];
  /** Wishes in flight at once. */
  width: number;
  signal: AbortSignal;
}

/** Captures per second, from the first POST until the last webhook. */
async function rateOf({ house, wishes, width, signal }: RateParts): Promise<Rate> {
  const startedMs = performance.now();
  const finished = await inParallel(wishes, { width, signal, work: (wish) => house.capture(wish) });
  const problems = finished.flatMap(({ problem }) => problem ?? []);
  return { perSecond: ((finished.length - problems.length) * 1000) / (performance.now() - startedMs), problems };
}

interface OverloadParts extends Omit<RateParts, 'width'> {
  slots: number;
  /** How much more than the slots can take is in flight. */
  loads: readonly number[];
}

/** The rate at several loads, one after the other. */
export async function measureOverload({ slots, loads, ...parts }: OverloadParts): Promise<{ load: number; rate: Rate }[]> {
  const measured: { load: number; rate: Rate }[] = [];
  for (const load of loads) measured.push({ load, rate: await rateOf({ ...parts, width: slots * load }) });
  return measured;
}
