/**
 * Runs an act with a signal that is aborted with the caller's, or after some milliseconds: then it throws what `late` makes.
 * An answer whose body is read later stays bound to the caller's signal, and no longer to the clock.
 */
export async function within<T>(
  { ms, signal, late }: { ms: number; signal?: AbortSignal | undefined; late: () => Error },
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const clock = new AbortController();
  const timer = setTimeout(() => clock.abort(), ms);
  try {
    return await act(signal ? AbortSignal.any([signal, clock.signal]) : clock.signal);
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    if (clock.signal.aborted) throw late();
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}
