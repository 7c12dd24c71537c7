import { orAborted } from '@shotwire/deadlines';
import { isWeb } from './open.ts';
import type { Step } from './shot.ts';

/**
 * The step within the time of the page. When that is over and the client wants what is there, the capture goes on to its picture
 * without this step and those like it after it; a page that has not begun by then fails.
 */
export function inTime(what: string, step: Step): Step {
  return async (shot) => {
    if (shot.partial !== undefined) return;
    const { pageSignal, signal, room, options, notes } = shot;
    try {
      await orAborted(step(shot), pageSignal);
    } catch (thrown) {
      if (!pageSignal.aborted || signal.aborted || !options.bestAttempt || !isWeb(room.page.url())) {
        throw pageSignal.aborted ? pageSignal.reason : thrown;
      }
      shot.partial = what;
      notes.mark('best_attempt', { unfinished: what });
    }
  };
}
