import { Failure } from '@shotwire/failures';
import type { Camera, Capture, Order, Report } from './camera.ts';

/** A page that is given up after so many was alone in the last browsers that it lost. */
const TRIES = 4;
/** Browsers that a capture may lose together with others, any of which may be what ended them; then it has its next for itself. */
const SHARED_LOSSES = 2;

/** Takes the picture, again when the browser was lost, all within the signal. Rejects with a Failure. */
export async function shoot(
  camera: Camera,
  order: Order,
  signal: AbortSignal,
  onLost: (failure: Failure) => void,
  tell?: (report: Report) => void,
): Promise<Capture> {
  let losses = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      signal.throwIfAborted();
      return await camera.shoot({ ...order, alone: losses >= SHARED_LOSSES }, signal, tell);
    } catch (thrown) {
      const failure = Failure.from(signal.aborted ? signal.reason : thrown);
      if (!failure.retryable || signal.aborted || tries === TRIES) throw failure;
      if (failure.kind === 'browser_lost') losses += 1;
      onLost(failure);
    }
  }
}
