import { Failure } from '@shotwire/failures';

/** How long the archive may take to begin. After that the pace is the client's, and a connection that stands still is cut. */
const openMs = 10_000;

/** Opens something stored, within a time. What is opened lives on after it, until `gone` aborts. Failure `unavailable` when it is late. */
export async function openWithin<T>(gone: AbortSignal, open: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Failure('unavailable')), openMs);
  try {
    return await open(AbortSignal.any([gone, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
