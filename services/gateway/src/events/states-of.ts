import type { Screenshot } from '@shotwire/contract';
import { hasEnded, untilEnded } from '../screenshots/until-ended.ts';

/** How often it is looked whether it has been begun with: of that there are no events. */
const lookMs = 5_000;

type Waiting = Omit<Parameters<typeof untilEnded>[1], 'waitMs'>;

/** A screenshot as it is, each time that its status has changed, and at last when it has ended. Ends early when the gateway closes. */
export async function* statesOf(first: Screenshot, waiting: Waiting): AsyncGenerator<Screenshot, void> {
  yield first;
  for (let last = first; !hasEnded(last) && !waiting.tail.closing.aborted; ) {
    const now = await untilEnded(first.id, { ...waiting, waitMs: lookMs });
    if (now.status !== last.status) yield now;
    last = now;
  }
}
