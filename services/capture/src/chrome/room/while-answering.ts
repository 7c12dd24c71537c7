import { Failure } from '@shotwire/failures';
import type { Room } from './room.ts';

const EVERY_MS = 1_000;
const SILENT_MS = 10_000;

/**
 * What the work gives, or Failure `browser_lost` when the page's renderer has not answered for seconds: it hangs, and the work would
 * wait out the capture's whole time. A script that computes without end is interrupted to answer. What cannot be told from a hang is
 * a page that waits for its server with all it has (a synchronous request), so a page in a browser of its own may be silent.
 * `moreMs`: for how much longer the work itself may keep the renderer from answering.
 */
export async function whileAnswering<T>(
  { session, resident }: Pick<Room, 'session' | 'resident'>,
  work: Promise<T>,
  moreMs = 0,
): Promise<T> {
  if (resident.alone) return work;
  const silence = Promise.withResolvers<never>();
  const silent = () => silence.reject(new Failure('browser_lost', { cause: new Error('the renderer is silent') }));
  let over = false;
  let timer = setTimeout(ask, EVERY_MS);
  try {
    return await Promise.race([work, silence.promise]);
  } finally {
    over = true;
    clearTimeout(timer);
  }

  function ask(): void {
    timer = setTimeout(silent, SILENT_MS + moreMs);
    // The one command that Chrome passes on past a script that runs, and that changes nothing. A session that has ended is asked no more.
    session.send('Performance.getMetrics').then(
      () => {
        clearTimeout(timer);
        if (!over) timer = setTimeout(ask, EVERY_MS);
      },
      () => clearTimeout(timer),
    );
  }
}
