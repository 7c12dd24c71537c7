import type { Batch } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';

/** The batch in an answer of capture, which always has one. */
export function presentBatch({ batch }: { batch?: Batch | undefined }): Batch {
  if (!batch) throw new Failure('internal', { cause: new Error('capture answered without a batch') });
  return batch;
}
