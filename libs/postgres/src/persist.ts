import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@shotwire/failures';

/** How long a result is held on to while Postgres is away; any lease on it has long lapsed by then. */
const HOLD_MS = 120_000;
const PAUSE_MS = 500;

/**
 * Repeats an act while Postgres is away, until `closing` aborts. For acts that are fenced, or do no harm twice: whether a
 * transaction whose connection broke was committed is not known. Rejects with a Failure.
 */
export async function persist<T>(act: () => Promise<T>, closing: AbortSignal): Promise<T> {
  const until = performance.now() + HOLD_MS;
  for (;;) {
    try {
      return await act();
    } catch (thrown) {
      const failure = Failure.from(thrown);
      if (failure.kind !== 'unavailable' || closing.aborted || performance.now() > until) throw failure;
      await sleep(PAUSE_MS, undefined, { signal: closing }).catch(() => undefined);
    }
  }
}
