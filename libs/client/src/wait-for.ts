import { type Finished, finished, hasEnded } from './finished.ts';
import type { Screenshot } from './gen/api.ts';
import { call } from './http/call.ts';
import { pause } from './http/pause.ts';
import type { Server } from './http/send.ts';
import { within } from './http/within.ts';
import { ShotwireError } from './shotwire-error.ts';

/** How to wait. */
export interface Waiting {
  signal?: AbortSignal;
  /** How long at most; ten minutes when not given. */
  timeoutMs?: number;
}

export const usualTimeoutMs = 10 * 60_000;
const firstPauseMs = 250;
const longestPauseMs = 3_000;

/** Waits until a screenshot has ended, well or not. Throws a ShotwireError, `WAIT_TIMEOUT` among them, or the reason of the signal. */
export function waitFor(server: Server, id: string, { signal, timeoutMs: ms = usualTimeoutMs }: Waiting = {}): Promise<Finished> {
  return within({ ms, signal, late: () => waitTimeout(ms, id) }, (signal) => askUntilEnded(server, id, signal));
}

/** Asks again and again, ever less often. */
export async function askUntilEnded(server: Server, id: string, signal: AbortSignal): Promise<Finished> {
  for (let ms = firstPauseMs; ; ms = Math.min(longestPauseMs, ms * 1.5)) {
    const screenshot = await call<Screenshot>(server, 'get', '/api/v1/screenshots/{id}', { path: { id }, signal });
    if (hasEnded(screenshot)) return finished(server, screenshot);
    await pause(ms, signal);
  }
}

/** Says that the time was over; what is waited for goes on. */
export function waitTimeout(ms: number, id?: string): ShotwireError {
  const what = id === undefined ? 'The screenshot' : `Screenshot ${id}`;
  return new ShotwireError({ code: 'WAIT_TIMEOUT', message: `${what} has not ended within ${ms / 1000} seconds. It goes on.` });
}
