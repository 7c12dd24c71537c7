import { orAborted } from '@shotwire/deadlines';
import { parseUpstream, type Upstream } from '@shotwire/egress';
import { Failure } from '@shotwire/failures';
import type { ExactOptions } from '../core/options.ts';
import type { Facts } from '../report/assemble.ts';
import type { Attempt } from '../report/report.ts';
import type { Artefact, Links, Order } from '../studio/camera.ts';
import { artefactsOf } from './artefacts.ts';
import type { Blocking } from './blocking/open-blocking.ts';
import type { Supervisor } from './browser/supervisor.ts';
import { factsOf, lastLook } from './facts-of.ts';
import type { Encoder } from './film/encoder.ts';
import { guestOf } from './room/guest.ts';
import type { Slots } from './room/slots.ts';
import { whileAnswering } from './room/while-answering.ts';
import { documentHost, documentUrl } from './sources/serve-document.ts';
import { openShot } from './steps/shot.ts';
import { stepsOf } from './steps/steps.ts';
import { type Description, describePage } from './watch/describe-page.ts';
import { watchPage } from './watch/watch-page.ts';

export interface AttemptParts {
  slots: Slots;
  supervisor: Supervisor;
  blocking: Blocking;
  encoder: Encoder;
}

export interface Wish {
  order: Order;
  /** Those of the order, or what a strategy made of them. */
  options: ExactOptions;
  strategy: Attempt['strategy'];
  signal: AbortSignal;
  /** Told what was seen of an attempt that fails, before it rejects. */
  tell: (facts: Facts) => void;
}

/** What one attempt gave. */
export interface Tried {
  artefacts: readonly [Artefact, ...Artefact[]];
  facts: Facts;
  links: Links | undefined;
}

/** Captures a page once, in a room of its own. Rejects with a Failure; what was seen until then is told. */
export async function attempt({ slots, supervisor, blocking, encoder }: AttemptParts, wish: Wish): Promise<Tried> {
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

  using shot = openShot({ room, order, url, options, plan, encoder, signal });
  using watch = watchPage(room, shot.notes.mark);
  const watched = { strategy: wish.strategy, room, shot, watch, plan };
  try {
    for (const step of stepsOf(shot)) await orAborted(Promise.race([step(shot), room.gone]), signal);
    const description = await orAborted(
      Promise.race([whileAnswering(room, describePage({ session: room.session, signal })), room.gone]),
      signal,
    );
    if (!(await chrome.health.whole())) throw new Failure('browser_lost');
    const { artefacts, picture } = await artefactsOf(shot);
    supervisor.answered(room.resident);
    stay.keep();
    return { artefacts, facts: factsOf(watched, { description, picture }), links: shot.links };
  } catch (thrown) {
    if (signal.aborted) return giveUp(signal.reason);
    // What a page suffers in a browser that falls apart is not the page's: connections that failed, pictures of it that are missing.
    if (!(await chrome.health.whole())) {
      supervisor.condemn(room.resident, 'broken');
      return giveUp(new Failure('browser_lost', { cause: thrown }));
    }
    // Puppeteer's "Target closed" may come before the news that the browser is gone.
    const failure = thrown instanceof Failure ? thrown : new Failure('browser_lost', { cause: thrown });
    if (failure === thrown && failure.kind === 'browser_lost' && chrome.browser.connected) supervisor.hung(room.resident);
    return giveUp(failure, failure.kind === 'browser_lost' ? undefined : await lastLook(watched));
  }

  function giveUp(reason: unknown, description?: Description): never {
    tell(factsOf(watched, { description, failure: Failure.from(reason) }));
    throw reason;
  }
}

function upstreamOf({ proxy }: ExactOptions): Upstream | undefined {
  if (proxy === '') return undefined;
  const verdict = parseUpstream(proxy);
  if (!verdict.ok) throw new Failure('validation_error', { fields: { proxy: [verdict.reason] } });
  return verdict.upstream;
}
