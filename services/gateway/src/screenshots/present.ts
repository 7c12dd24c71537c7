import type { Screenshot } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';

/** The screenshot in an answer of capture, which always has one. */
export function present({ screenshot }: { screenshot?: Screenshot | undefined }): Screenshot {
  if (!screenshot) throw new Failure('internal', { cause: new Error('capture answered without a screenshot') });
  return screenshot;
}
