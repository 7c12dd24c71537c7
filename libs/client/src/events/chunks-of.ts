/**
 * The bytes of a stream as they come. Throws what `stalled` makes when none have come for some milliseconds; the stream is given up whenever
 * the reading ends. Streams cannot be gone through by themselves in every browser.
 */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  { stallMs, stalled }: { stallMs: number; stalled: () => Error },
): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const stall = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(stalled()), stallMs);
      });
      const { done, value } = await Promise.race([reader.read(), stall]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
