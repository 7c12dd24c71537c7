import { setTimeout as pause } from 'node:timers/promises';
import type { BareLoop } from '../bare-loop.ts';
import type { Finished, House } from '../house.ts';
import type { BenchSite } from '../site.ts';

/** Milliseconds of captures of an idle system, one value for each. */
export interface IdleCapture {
  /** From the POST until the screenshot is completed. */
  readonly untilCompleted: readonly number[];
  /** From the POST until the webhook arrives. */
  readonly untilWebhook: readonly number[];
  /** From the claim until Chrome is told to go to the page, by the report. */
  readonly untilNavigation: readonly number[];
  /** The bare loop's whole capture of the same page, in turns with the above. */
  readonly bare: readonly number[];
}

interface IdleParts {
  house: House;
  site: BenchSite;
  bare: BareLoop;
  captures: number;
  signal: AbortSignal;
}

interface Report {
  timeline: { event: string; ms: number }[];
}

/** Long enough for the slot that was used to be made ready again. */
const REST_MS = 500;

/** Captures of a trivial page, one after the other: Shotwire, bare loop, Shotwire, … */
export async function measureIdle({ house, site, bare, captures, signal }: IdleParts): Promise<IdleCapture> {
  const times = { untilCompleted: [] as number[], untilWebhook: [] as number[], untilNavigation: [] as number[], bare: [] as number[] };
  while (times.bare.length < captures) {
    await pause(REST_MS, undefined, { signal });
    const finished = await house.capture({ url: site.trivialUrl() });
    const { completed, webhook } = latencyOf(finished);
    times.untilCompleted.push(completed);
    times.untilWebhook.push(webhook);
    const { timeline } = (await house.get(`/api/v1/screenshots/${finished.id}/report`)) as Report;
    const at = (event: string) => timeline.find((moment) => moment.event === event)?.ms ?? Number.NaN;
    times.untilNavigation.push(at('navigation') - at('claimed'));

    await pause(REST_MS, undefined, { signal });
    const startedMs = performance.now();
    await bare.capture(site.trivialUrl());
    times.bare.push(performance.now() - startedMs);
  }
  return times;
}

/** Milliseconds from the POST of a capture. Throws when it failed. */
function latencyOf({ problem, postedMs, completedMs, toldMs }: Finished): { completed: number; webhook: number } {
  if (problem || completedMs === undefined) throw new Error(`A page was not captured: ${problem}`);
  const posted = performance.timeOrigin + postedMs;
  return { completed: completedMs - posted, webhook: toldMs - posted };
}

interface RushParts {
  house: House;
  url: string;
  /** What is in the queue meanwhile. */
  batch: readonly string[];
  captures: number;
  signal: AbortSignal;
}

/** Latencies of interactive captures: on an idle system, and while a batch runs. */
export async function measureInteractive({ house, url, batch, captures, signal }: RushParts): Promise<{ idle: number[]; busy: number[] }> {
  const interactive = async () => {
    const latencies: number[] = [];
    while (latencies.length < captures) {
      await pause(REST_MS, undefined, { signal });
      latencies.push(latencyOf(await house.capture({ url, priority: 'interactive' })).completed);
    }
    return latencies;
  };
  const idle = await interactive();
  let ended = 0;
  const running = batch.map((page) => house.capture({ url: page, priority: 'batch' }).finally(() => ended++));
  const all = Promise.allSettled(running);
  const busy = await interactive();
  if (ended === batch.length) throw new Error('The batch was over before the interactive captures were: take a larger one.');
  await all;
  return { idle, busy };
}
