import { Failure } from '@shotwire/failures';
import type { Camera, Capture, Order, Report } from './camera.ts';

/** A browser that was lost costs one more try, not the screenshot; a page that kills browsers is given up. */
const TRIES = 3;

/** Takes the picture, again when the browser was lost, all within the signal. Rejects with a Failure. */
export async function shoot(
  camera: Camera,
  order: Order,
  signal: AbortSignal,
  onLost: (failure: Failure) => void,
  tell?: (report: Report) => void,
): Promise<Capture> {
  for (let tries = 1; ; tries += 1) {
    try {
      signal.throwIfAborted();
      return await camera.shoot(order, signal, tell);
    } catch (thrown) {
      const failure = Failure.from(signal.aborted ? signal.reason : thrown);
      if (!failure.retryable || signal.aborted || tries === TRIES) throw failure;
      onLost(failure);
    }
  }
}
