import { budgetMs } from '../core/options.ts';
import { findingsOf, reportOf } from '../report/assemble.ts';
import type { Camera, Capture } from '../studio/camera.ts';
import { type AttemptParts, attempt, type Tried } from './attempt.ts';
import { isNoWorse, patiently } from './strategy.ts';

/** The camera that is a Chrome. A page that comes back blank, or as a bot wall, is tried once more by another strategy. */
export function openCamera(parts: AttemptParts): Camera {
  return {
    async shoot(order, signal, tell = () => undefined) {
      const endMs = performance.now() + budgetMs(order.options);
      const common = { order, signal, tell };
      const first = await attempt(parts, { ...common, options: order.options, strategy: 'plain', before: [] });
      const options = patiently(order.options, first.attempt, endMs - performance.now());
      if (!options) return developed(first);
      // Whatever comes of the second: the first one is there.
      const second = await attempt(parts, { ...common, options, strategy: 'patient', before: [first.attempt] }).catch(() => undefined);
      if (signal.aborted || !second) return developed(first);
      return developed(isNoWorse(second.attempt, first.attempt) ? second : withAttempts(first, second));
    },
  };
}

function withAttempts(kept: Tried, other: Tried): Tried {
  return { ...kept, facts: { ...kept.facts, attempts: other.facts.attempts } };
}

function developed({ artefacts, facts }: Tried): Capture {
  return { artefacts, report: reportOf(facts), findings: findingsOf(facts) };
}
