import { Method, WaitUntil } from '@shotwire/contract';
import { type ExactOptions, filmMs } from '../core/options.ts';
import type { Attempt } from '../report/report.ts';

/** What is kept of the time for what comes after a second attempt. */
const RESERVE_S = 1;
const LEAST_S = 4;
const MOST_S = 15;
/** How long a bot wall takes that lets browsers pass by itself. */
const WALL_S = 5;

/**
 * The options of a second attempt, with patience and without blocking what clients get blocked unless they say no; undefined when
 * there is no reason for one, or no time, or when asking again could do something a second time (a method that is not GET, a script, steps). It takes what is there when its time is over: it may not cost the client what the first one got.
 */
export function patiently(options: ExactOptions, { blank, challenge }: Attempt, leftMs: number): ExactOptions | undefined {
  const seconds = Math.min((leftMs - filmMs(options)) / 1000 - RESERVE_S, MOST_S);
  const acts = options.method !== Method.GET || options.js !== '' || options.steps.length > 0;
  if (!(blank || challenge) || acts || seconds < LEAST_S) return undefined;
  const delay = challenge ? Math.min(WALL_S, seconds / 2) : 0;
  return {
    ...options,
    blockCookies: false,
    waitUntil: WaitUntil.NETWORKIDLE0,
    stable: true,
    bestAttempt: true,
    delay,
    timeout: seconds - delay,
  };
}

/** Whether the second attempt is the one to keep: unless it is worse. */
export function isNoWorse(second: Attempt, first: Attempt): boolean {
  return badness(second) <= badness(first);
}

function badness({ blank, challenge }: Attempt): number {
  return (challenge ? 2 : 0) + (blank ? 1 : 0);
}
