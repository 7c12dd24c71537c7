import { type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure, isFailureKind } from '@shotwire/failures';

/** A screenshot that was waited for, if there is a picture. Failure of the kind that it failed with, `no_image` when it was taken back, else `timeout`. */
export function requireCompleted(screenshot: Screenshot): Screenshot {
  const { status, problem } = screenshot;
  switch (status) {
    case ScreenshotStatus.COMPLETED:
      return screenshot;
    case ScreenshotStatus.FAILED: {
      const kind = problem?.code.toLowerCase() ?? '';
      throw new Failure(isFailureKind(kind) ? kind : 'internal', problem && { says: problem.message });
    }
    case ScreenshotStatus.CANCELLED:
      throw new Failure('no_image', { says: 'The screenshot was cancelled.' });
    default:
      throw new Failure('timeout', { says: 'The capture has not ended in time. It goes on.', retryAfterS: 5 });
  }
}
