import { orAborted } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { Camera, Capture, Order } from '../studio/camera.ts';
import type { BlockList } from './blocking/block-list.ts';
import type { Supervisor } from './browser/supervisor.ts';
import { guestOf } from './room/guest.ts';
import type { Slots } from './room/slots.ts';
import { act } from './steps/act.ts';
import { dress } from './steps/dress.ts';
import { hold } from './steps/hold.ts';
import { inTime } from './steps/in-time.ts';
import { judge, listen } from './steps/judge.ts';
import { open } from './steps/open.ts';
import { request } from './steps/request.ts';
import { openShot, type Step } from './steps/shot.ts';
import { snap } from './steps/snap.ts';
import { stable } from './steps/stable.ts';
import { wait } from './steps/wait.ts';

/** A capture, in order. The limit in time is watched between and during the steps, here and nowhere else. */
const steps: readonly Step[] = [
  dress,
  listen,
  request,
  inTime('load', open),
  inTime('wait', wait),
  inTime('steps', act),
  hold,
  inTime('stable', stable),
  judge,
  snap,
];

/** The camera that is a Chrome. */
export function openCamera({ slots, supervisor, blockList }: { slots: Slots; supervisor: Supervisor; blockList: BlockList }): Camera {
  return {
    async shoot({ accountId, url, options }: Order, signal: AbortSignal): Promise<Capture> {
      // Whatever the door said: Chrome is never asked for file:, chrome: or anything else that is not the web.
      if (!/^https?:$/.test(new URL(url).protocol)) throw new Failure('blocked_url');
      using stay = await slots.take(guestOf({ accountId, url, options }), signal);
      const { room } = stay;
      room.occupy({ refuse: blockList.filterFor(url, { ads: options.blockAds, consent: options.blockCookies }) });
      using shot = openShot({ room, url, options, signal });

      try {
        for (const step of steps) await orAborted(Promise.race([step(shot), room.gone]), signal);
      } catch (thrown) {
        if (signal.aborted) throw signal.reason;
        // Puppeteer's "Target closed" may come before the news that the browser is gone.
        const failure = thrown instanceof Failure ? thrown : new Failure('browser_lost', { cause: thrown });
        // Only what was found to hang is ended: an error of one page is no reason to take the browser from the others.
        if (failure === thrown && failure.kind === 'browser_lost') supervisor.condemn(room.resident);
        throw failure;
      }
      stay.keep();
      const [first, ...others] = shot.pictures?.images ?? [];
      if (!first) throw new Failure('internal', { cause: new Error('no picture was taken') });
      return { artefacts: [first, ...others], report: {}, findings: {} };
    },
  };
}
