import { setTimeout as sleep } from 'node:timers/promises';

interface RepeatParts {
  everyMs: number;
  work: () => Promise<unknown>;
  /** Told when `work` rejects; it is repeated all the same. */
  onTrouble: (thrown: unknown) => void;
}

/** Does something again and again, never twice at once, until disposed; the one under way is waited for. */
export function repeat({ everyMs, work, onTrouble }: RepeatParts): AsyncDisposable {
  const closing = new AbortController();
  const run = async () => {
    while (!closing.signal.aborted) {
      try {
        await work();
      } catch (thrown) {
        onTrouble(thrown);
      }
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await running;
    },
  };
}
