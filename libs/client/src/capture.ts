import { type Finished, finished, hasEnded } from './finished.ts';
import type { Screenshot, ScreenshotRequest } from './gen/api.ts';
import { call } from './http/call.ts';
import { newKey } from './http/new-key.ts';
import type { Server } from './http/send.ts';
import { within } from './http/within.ts';
import { ShotwireError } from './shotwire-error.ts';
import { askUntilEnded, usualTimeoutMs, type Waiting, waitTimeout } from './wait-for.ts';

/** Seconds that the server is asked to wait before it answers. Proxies on the way have more patience than that. */
const waitS = 30;
const marginMs = 30_000;

/**
 * Takes a screenshot and waits until it has completed. Whatever is tried again on the way, it is taken once. Throws a ShotwireError: what the
 * API says no with, what kept the page from being captured, or `WAIT_TIMEOUT`; or the reason of the signal. What is not waited for goes on.
 */
export async function capture(
  server: Server,
  wish: ScreenshotRequest,
  { signal, timeoutMs: ms = usualTimeoutMs }: Waiting = {},
): Promise<Finished> {
  let id: string | undefined;
  const headers = { 'idempotency-key': newKey(), prefer: `wait=${waitS}` };
  return within({ ms, signal, late: () => waitTimeout(ms, id) }, async (signal) => {
    const asking = { body: wish, headers, signal, answerWithinMs: waitS * 1000 + marginMs };
    const made = await call<Screenshot>(server, 'post', '/api/v1/screenshots', asking);
    if (typeof made.id !== 'string') throw new ShotwireError({ code: 'UNEXPECTED_ANSWER', message: 'The answer is no screenshot.' });
    id = made.id;
    return completed(hasEnded(made) ? finished(server, made) : await askUntilEnded(server, id, signal));
  });
}

function completed(screenshot: Finished): Finished {
  const { id, status, error } = screenshot;
  if (status === 'completed') return screenshot;
  if (error) throw new ShotwireError({ ...error, screenshot });
  throw new ShotwireError({ code: 'CANCELLED', message: `Screenshot ${id} was cancelled.`, screenshot });
}
