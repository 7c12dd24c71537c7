import { orAborted } from '@shotwire/deadlines';
import { parseUpstream, type Upstream } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { ExactOptions } from '../core/options.ts';
import { type Facts, reportOf } from '../report/assemble.ts';
import { challengeOf } from '../report/challenge.ts';
import type { Attempt } from '../report/report.ts';
import type { Artefact, Order, Report } from '../studio/camera.ts';
import { artefactsOf } from './artefacts.ts';
import type { Blocking, BlockingPlan } from './blocking/open-blocking.ts';
import type { Supervisor } from './browser/supervisor.ts';
import { guestOf } from './room/guest.ts';
import type { Room } from './room/room.ts';
import type { Slots } from './room/slots.ts';
import { whileAnswering } from './room/while-answering.ts';
import { documentHost, documentUrl } from './sources/serve-document.ts';
import { openShot, type Shot } from './steps/shot.ts';
import { stepsOf } from './steps/steps.ts';
import { describePage } from './watch/describe-page.ts';
import { type Watch, watchPage } from './watch/watch-page.ts';

export interface AttemptParts {
  slots: Slots;
  supervisor: Supervisor;
  blocking: Blocking;
}

interface Wish {
  order: Order;
  /** Those of the order, or what a strategy made of them. */
  options: ExactOptions;
  strategy: Attempt['strategy'];
  /** Attempts before this one. */
  before: readonly Attempt[];
  signal: AbortSignal;
  tell: (report: Report) => void;
}

/** What one attempt gave. */
export interface Tried {
  artefacts: readonly [Artefact, ...Artefact[]];
  facts: Facts;
  attempt: Attempt;
}

/** Captures a page once, in a room of its own. Rejects with a Failure; what was seen until then is told. */
export async function attempt({ slots, supervisor, blocking }: AttemptParts, wish: Wish): Promise<Tried> {
  const { order, options, signal, tell } = wish;
  const url = order.url || documentUrl;
  // Whatever the door said: Chrome is never asked for file:, chrome: or anything else that is not the web.
  if (!/^https?:$/.test(new URL(url).protocol)) throw new Failure('blocked_url');
  const upstream = upstreamOf(options);
  using stay = await slots.take(guestOf({ alone: false, ...order, url, options }), signal);
  const { room } = stay;
  const { chrome } = room.resident;
  const plan = blocking.planFor({ url, options });
  room.occupy({ refuse: (host) => (host === documentHost ? 'document' : plan.refuseHost(host)), ...(upstream && { upstream }) });
  if (upstream) room.spoil('upstream');

  using shot = openShot({ room, order, url, options, plan, signal });
  using watch = watchPage(room, shot.notes.mark);
  const known = { wish, room, shot, watch, plan };
  try {
    for (const step of stepsOf(shot)) await orAborted(Promise.race([step(shot), room.gone]), signal);
    const description = await orAborted(
      Promise.race([whileAnswering(room, describePage({ session: room.session, signal })), room.gone]),
      signal,
    );
    if (!(await chrome.health.whole())) throw new Failure('browser_lost');
    const { artefacts, picture } = await artefactsOf(shot);
    const challengedBy = challengeOf(looksOf(description, watch));
    const attempt = { strategy: wish.strategy, blank: picture.blank?.verdict ?? false, challenge: challengedBy !== null };
    const { text: _read, ...portrait } = description;
    const facts = { ...factsOf(known), attempts: [...wish.before, attempt], portrait, picture, challengedBy };
    supervisor.answered(room.resident);
    stay.keep();
    return { artefacts, facts, attempt };
  } catch (thrown) {
    tell(reportOf(factsOf(known)));
    if (signal.aborted) throw signal.reason;
    // What a page suffers in a browser that falls apart is not the page's: connections that failed, pictures of it that are missing.
    if (!(await chrome.health.whole())) {
      supervisor.condemn(room.resident, 'broken');
      throw new Failure('browser_lost', { cause: thrown });
    }
    // Puppeteer's "Target closed" may come before the news that the browser is gone.
    const failure = thrown instanceof Failure ? thrown : new Failure('browser_lost', { cause: thrown });
    if (failure === thrown && failure.kind === 'browser_lost' && chrome.browser.connected) supervisor.hung(room.resident);
    throw failure;
  }
}

function upstreamOf({ proxy }: ExactOptions): Upstream | undefined {
  if (proxy === '') return undefined;
  const verdict = parseUpstream(proxy);
  if (!verdict.ok) throw new Failure('validation_error', { fields: { proxy: [verdict.reason] } });
  return verdict.upstream;
}

function looksOf({ title, text }: { title: string; text: string | null }, watch: Watch) {
  const { status, headers } = watch.sightings();
  // A page with so many elements that its text was not read is more than a wall.
  return { status, headers, title, text: text ?? ' '.repeat(5_000), urls: watch.urls() };
}

interface Known {
  wish: Wish;
  room: Room;
  shot: Shot;
  watch: Watch;
  plan: BlockingPlan;
}

function factsOf({ wish: { order, before }, room, shot, watch, plan }: Known): Facts {
  const { entries, counts } = plan.blocked;
  return {
    browser: room.resident.chrome.version,
    source: order.html ? 'html' : order.markdown ? 'markdown' : 'url',
    timeline: shot.notes.all.map(({ atMs, event, facts }) => ({ atMs, event, ...facts })),
    attempts: before,
    sightings: watch.sightings(),
    portrait: undefined,
    picture: undefined,
    consent: shot.removal,
    blocked: { entries, counts },
    challengedBy: null,
    partial: shot.partial,
  };
}
