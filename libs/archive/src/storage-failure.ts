import { Failure } from '@shotwire/failures';

/**
 * Anything thrown on the way to the storage as a Failure: one that was thrown, or the reason of the signal that ended
 * the wait, stays what it is; the rest is `storage_failed`.
 */
export function storageFailure(thrown: unknown, { signal, says }: { signal?: AbortSignal | undefined; says?: string } = {}): Failure {
  if (thrown instanceof Failure) return thrown;
  if (signal?.aborted && signal.reason instanceof Failure) return signal.reason;
  return new Failure('storage_failed', { cause: thrown, ...(says && { says }) });
}
