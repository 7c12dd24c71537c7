import { openBareLoop } from './bare-loop.ts';
import type { House } from './house.ts';
import { inParallel } from './in-parallel.ts';

/** A leg of each side, one right after the other, on the same pages. */
export interface Round {
  /** Captures per second of the bare loop. */
  readonly bare: number;
  /** The same in a Chrome that was started with Shotwire's switches. */
  readonly flagged: number;
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

/** Measures the sides in turn: A B C A B C. */
export async function measureThroughput({ rounds, ...parts }: ThroughputParts): Promise<Round[]> {
  const { house, urls, slots, signal, log } = parts;
  await shotwireLeg({ house, urls: urls.slice(0, 2 * slots), slots, signal });
  const done: Round[] = [];
  while (done.length < rounds) {
    const bare = await bareLeg({ ...parts, started: 'plainly' });
    const flagged = await bareLeg({ ...parts, started: 'as_shotwire' });
    const { perSecond, problems } = await shotwireLeg({ house, urls, slots, signal });
    const repeats = bare.repeats + flagged.repeats;
    done.push({ bare: bare.perSecond, flagged: flagged.perSecond, shotwire: perSecond, problems, repeats });
    const told = [bare, flagged, { perSecond }].map((leg) => `${leg.perSecond.toFixed(2)}/s`);
    log(`round ${done.length}: bare loop ${told[0]}, with Shotwire's switches ${told[1]}, Shotwire ${told[2]}`);
  }
  return done;
}

/** A leg in which anything failed says nothing about the rate, and is done again in a new browser. */
async function bareLeg({
  urls,
  slots,
  chrome,
  started,
  log,
  signal,
}: Omit<ThroughputParts, 'rounds'> & { started: 'plainly' | 'as_shotwire' }): Promise<{ perSecond: number; repeats: number }> {
  for (let repeats = 0; ; repeats++) {
    await using loop = await openBareLoop({ ...chrome, started, signal });
    const work = (url: string) => loop.capture(url);
    try {
      await inParallel(urls.slice(0, 2 * slots), { width: slots, signal, work });
      const startedMs = performance.now();
      await inParallel(urls, { width: slots, signal, work });
      return { perSecond: rateOf(urls.length, startedMs), repeats };
    } catch (thrown) {
      if (signal.aborted || repeats === MAX_REPEATS) throw thrown;
      log(`the bare loop failed and is done again: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }
}

type ShotwireParts = Pick<ThroughputParts, 'house' | 'urls' | 'slots' | 'signal'>;

/** From the first POST until the last webhook. */
async function shotwireLeg({ house, urls, slots, signal }: ShotwireParts): Promise<{ perSecond: number; problems: string[] }> {
  const startedMs = performance.now();
  const finished = await inParallel(urls, { width: slots * IN_FLIGHT_PER_SLOT, signal, work: (url) => house.capture({ url }) });
  const perSecond = rateOf(finished.filter(({ problem }) => !problem).length, startedMs);
  return { perSecond, problems: finished.flatMap(({ problem }) => problem ?? []) };
}

function rateOf(count: number, startedMs: number): number {
  return (count * 1000) / (performance.now() - startedMs);
}
