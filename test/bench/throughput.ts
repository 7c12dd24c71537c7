import { openBareLoop } from './bare-loop.ts';
import type { House } from './house.ts';
import { inParallel } from './in-parallel.ts';

/** One leg of the bare loop and one of Shotwire, one right after the other, on the same pages. */
export interface Round {
  /** Captures per second. */
  readonly bare: number;
  readonly shotwire: number;
  /** What became of the captures of Shotwire that did not end with a picture. */
  readonly problems: readonly string[];
  /** How often the bare loop had to be done again because a capture failed or hung. */
  readonly repeats: number;
}

interface ThroughputParts {
  house: House;
  /** What is captured in each leg. */
  urls: readonly string[];
  rounds: number;
  /** Pages that either side works on at once. */
  slots: number;
  chrome: { path: string; sandbox: boolean };
  log: (line: string) => void;
  signal: AbortSignal;
}

/** Enough that a slot which comes free always finds the next wish. */
const IN_FLIGHT_PER_SLOT = 4;
const MAX_REPEATS = 3;

/** Measures both sides in turn: A B A B. */
export async function measureThroughput({ rounds, ...parts }: ThroughputParts): Promise<Round[]> {
  const { house, urls, slots, signal, log } = parts;
  await shotwireLeg({ house, urls: urls.slice(0, 2 * slots), slots, signal });
  const done: Round[] = [];
  while (done.length < rounds) {
    const bare = await bareLeg(parts);
    const shotwire = await shotwireLeg({ house, urls, slots, signal });
    done.push({ ...bare, ...shotwire });
    log(`round ${done.length}: bare loop ${bare.bare.toFixed(2)}/s, Shotwire ${shotwire.shotwire.toFixed(2)}/s`);
  }
  return done;
}

/** A leg in which anything failed says nothing about the rate, and is done again in a new browser. */
async function bareLeg({ urls, slots, chrome, log, signal }: Omit<ThroughputParts, 'rounds'>): Promise<Pick<Round, 'bare' | 'repeats'>> {
  for (let repeats = 0; ; repeats++) {
    await using loop = await openBareLoop({ ...chrome, signal });
    const work = (url: string) => loop.capture(url);
    try {
      await inParallel(urls.slice(0, 2 * slots), { width: slots, signal, work });
      const startedMs = performance.now();
      await inParallel(urls, { width: slots, signal, work });
      return { bare: perSecond(urls.length, startedMs), repeats };
    } catch (thrown) {
      if (signal.aborted || repeats === MAX_REPEATS) throw thrown;
      log(`the bare loop failed and is done again: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
}

type ShotwireParts = Pick<ThroughputParts, 'house' | 'urls' | 'slots' | 'signal'>;

/** From the first POST until the last webhook. */
async function shotwireLeg({ house, urls, slots, signal }: ShotwireParts): Promise<Pick<Round, 'shotwire' | 'problems'>> {
  const startedMs = performance.now();
  const finished = await inParallel(urls, { width: slots * IN_FLIGHT_PER_SLOT, signal, work: (url) => house.capture({ url }) });
  const shotwire = perSecond(finished.filter(({ problem }) => !problem).length, startedMs);
  return { shotwire, problems: finished.flatMap(({ problem }) => problem ?? []) };
}

function perSecond(count: number, startedMs: number): number {
  return (count * 1000) / (performance.now() - startedMs);
}
