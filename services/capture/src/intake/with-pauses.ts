import { setImmediate } from 'node:timers/promises';

/** Does long work to its end and lets others have their turn at each of its pauses: captures in hand go on meanwhile. */
export async function withPauses<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}
