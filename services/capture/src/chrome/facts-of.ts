import { deadline } from '@shotwire/deadlines';
import { Failure } from '@shotwire/failures';
import type { Facts } from '../report/assemble.ts';
import { challengeOf } from '../report/challenge.ts';
import type { Attempt, SelfPortrait } from '../report/report.ts';
import type { BlockingPlan } from './blocking/open-blocking.ts';
import type { Room } from './room/room.ts';
import { stillShown } from './steps/open.ts';
import type { Shot } from './steps/shot.ts';
import { type Description, describePage } from './watch/describe-page.ts';
import type { Watch } from './watch/watch-page.ts';

/** An attempt and those who watched it. */
export interface Watched {
  strategy: Attempt['strategy'];
  room: Room;
  shot: Shot;
  watch: Watch;
  plan: BlockingPlan;
}

/** What an attempt came to; what it did not come to is left out. */
interface Outcome {
  description?: Description | undefined;
  picture?: Facts['picture'];
  failure?: Failure;
}

/** All that is known of an attempt. */
export function factsOf({ strategy, room, shot, watch, plan }: Watched, { description, picture, failure }: Outcome): Facts {
  const { order, notes, removal: consent, film: video, partial } = shot;
  const { entries, counts } = plan.blocked;
  const challenge = description && challengeIn(description, watch);
  const verdicts = { blank: picture?.blank?.verdict ?? null, challenge: challenge?.verdict ?? null };
  return {
    browser: room.resident.chrome.version,
    source: order.html ? 'html' : order.markdown ? 'markdown' : 'url',
    timeline: notes.all.map(({ atMs, event, facts }) => ({ atMs, event, ...facts })),
    attempts: [{ strategy, ...verdicts, error: failure?.code ?? null }],
    sightings: watch.sightings(),
    portrait: description && portraitOf(description),
    picture,
    video,
    consent,
    blocked: { entries, counts },
    challenge,
    partial,
  };
}

function challengeIn({ title, text }: Description, watch: Watch): Facts['challenge'] {
  const { status, headers } = watch.sightings();
  // A page with so many elements that its text was not read is more than a wall.
  const by = challengeOf({ status, headers, title, text: text ?? ' '.repeat(5_000), urls: watch.urls() });
  return { verdict: by !== null, by };
}

function portraitOf({ text: _read, ...portrait }: Description): SelfPortrait {
  return portrait;
}

const LAST_LOOK_MS = 2_000;

/** What a page says about itself whose capture failed; undefined when it is not there, or does not say so at once. */
export async function lastLook({ room, shot }: Pick<Watched, 'room' | 'shot'>): Promise<Description | undefined> {
  const opened = shot.partial !== undefined || shot.notes.all.some(({ event }) => event === 'loaded');
  if (!opened || shot.signal.aborted) return undefined;
  using limit = deadline(LAST_LOOK_MS, new Failure('timeout'), shot.signal);
  try {
    stillShown(shot);
    return await Promise.race([describePage({ session: room.session, signal: limit.signal }), room.gone]);
  } catch {
    return undefined;
  }
}
