/** Does the work for every item, so many at once, in order; stops at the first that throws, or at the signal. */
export async function inParallel<T, R>(
  items: readonly T[],
  { width, signal, work }: { width: number; signal: AbortSignal; work: (item: T) => Promise<R> },
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let broken = false;
  const worker = async () => {
    while (next < items.length && !broken) {
      signal.throwIfAborted();
      const at = next++;
      results[at] = await work(items[at] as T).catch((thrown: unknown) => {
        broken = true;
        throw thrown;
      });
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
