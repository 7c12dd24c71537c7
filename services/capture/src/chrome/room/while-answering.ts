import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import type { Room } from './room.ts';

const EVERY_MS = 1_000;
const SILENT_MS = 10_000;

/**
 * What the work gives, or Failure `browser_lost` when the page's renderer has not answered for seconds: it hangs, and the work would
 * wait out the capture's whole time. A script that computes without end is interrupted to answer. What cannot be told from a hang is
 * a page that waits for its server with all it has (a synchronous request), so a page in a browser of its own may be silent.
 * `moreMs`: for how much longer the work itself may keep the renderer from answering.
 */
export async function whileAnswering<T>(
  { session, resident }: Pick<Room, 'session' | 'resident'>,
  work: Promise<T>,
  moreMs = 0,
): Promise<T> {
  const ended = new AbortController();
  try {
    return await Promise.race([work, ...(resident.alone ? [] : [untilSilent(session, SILENT_MS + moreMs, ended.signal)])]);
  } finally {
    ended.abort();
  }
}

/** Rejects once nothing is heard; ends no other way. */
async function untilSilent(session: CDPSession, silentMs: number, ended: AbortSignal): Promise<never> {
  const forever = new Promise<never>(() => undefined);
  for (;;) {
    await sleep(EVERY_MS, undefined, { signal: ended }).catch(() => forever);
    // The one command that Chrome passes on past a script that runs, and that changes nothing.
    const answer = session.send('Performance.getMetrics').catch(() => forever);
    const silence = AbortSignal.any([ended, AbortSignal.timeout(silentMs)]);
    await orAborted(answer, silence).catch((cause: unknown) => {
      if (ended.aborted) return forever;
      throw new Failure('browser_lost', { cause });
    });
  }
}
