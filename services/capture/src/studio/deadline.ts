/** A limit in time with a reason of its own. Dispose it once what it limits has ended. */
export interface Deadline extends Disposable {
  signal: AbortSignal;
}

/** A signal that aborts with `reason` after `ms`, or with the reason of `outer` when that aborts first. */
export function deadline(ms: number, reason: Error, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), ms);
  return { signal: AbortSignal.any([controller.signal, outer]), [Symbol.dispose]: () => clearTimeout(timer) };
}
