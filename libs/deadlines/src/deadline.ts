/** A limit in time. Dispose it once what it limits has ended. */
export interface Deadline extends Disposable {
  signal: AbortSignal;
}

/** A signal that aborts with `reason` after `ms`, or with the reason of `outer` when that aborts first. */
export function deadline(ms: number, reason: Error, outer: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), ms);
  const pass = () => controller.abort(outer.reason);
  if (outer.aborted) pass();
  else outer.addEventListener('abort', pass, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', pass);
    },
  };
}
