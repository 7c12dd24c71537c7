import { Failure } from '@shotwire/failures';
import { budgetMs } from '../core/options.ts';
import { findingsOf, reportOf, type Seen, withSecond } from '../report/assemble.ts';
import type { Camera, Capture } from '../studio/camera.ts';
import { type AttemptParts, attempt, type Tried, type Wish } from './attempt.ts';
import { isNoWorse, patiently } from './strategy.ts';

/** The camera that is a Chrome. A page that comes back blank, or as a bot wall, is tried once more by another strategy. */
export function openCamera(parts: AttemptParts): Camera {
  return {
    async shoot(order, signal, tell = () => undefined) {
      const endMs = performance.now() + budgetMs(order.options);
      const plain = { order, options: order.options, strategy: 'plain', signal } as const;
      const first = await attempt(parts, { ...plain, tell: (facts) => tell(reportOf(facts)) });
      const options = patiently(order.options, first.facts.attempts[0], endMs - performance.now());
      return developed(options ? await betterOf(first, parts, { ...plain, options, strategy: 'patient' }) : first);
    },
  };
}

/** The better of a first attempt and a second, which is made now. Whatever comes of the second: the first one is there. */
async function betterOf(first: Tried, parts: AttemptParts, wish: Omit<Wish, 'tell'>): Promise<Tried> {
  const begunMs = performance.now();
  let seen: Seen | undefined;
  const tell = (facts: Seen) => {
    seen = facts;
  };
  const second = await attempt(parts, { ...wish, tell }).catch((thrown: unknown) => seen ?? nothingOf(wish, thrown));
  const isThere = 'artefacts' in second;
  const kept = isThere && isNoWorse(second.facts.attempts[0], first.facts.attempts[0]) ? second : first;
  return { ...kept, facts: withSecond(kept.facts, first.facts, isThere ? second.facts : second, begunMs) };
}

/** What there is to say of an attempt that did not come to a page. */
function nothingOf({ strategy }: Pick<Wish, 'strategy'>, thrown: unknown): Seen {
  return { timeline: [], attempts: [{ strategy, blank: null, challenge: null, error: Failure.from(thrown).code }] };
}

function developed({ artefacts, facts, links }: Tried): Capture {
  return { artefacts, report: reportOf(facts), findings: findingsOf(facts), ...(links && { links }) };
}
