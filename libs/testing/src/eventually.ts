import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the probe neither throws nor answers `false`, and gives its answer.
 * Throws an error that says how long it waited, with the probe's last error as its cause.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, false>> {
  const startedMs = performance.now();
  for (;;) {
    let last: unknown;
    try {
      const answer = await probe();
      if (answer !== false) return answer as Exclude<T, false>;
      last = new Error('the probe answered false');
    } catch (thrown) {
      last = thrown;
    }
    const elapsedMs = Math.round(performance.now() - startedMs);
    if (elapsedMs >= timeoutMs) {
      const why = last instanceof Error ? last.message : String(last);
      throw new Error(`Still not so after ${elapsedMs} ms: ${why}`, { cause: last });
    }
    await pause(everyMs);
  }
}
