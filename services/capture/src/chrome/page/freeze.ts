import type { Document, Root } from './dom.ts';

declare const document: Document;

/**
 * Runs in the page. Finishes transitions and finite animations; stops those without end at their beginning, also in shadow trees
 * and SVG. What ends may begin the next: it looks again a few times. Gives how many it has met.
 */
export function freeze(): number {
  const rounds = 5;
  let met = 0;
  const stop = (root: Root): number => {
    let moving = 0;
    for (const animation of root.getAnimations()) {
      if (animation.playState !== 'running') continue;
      moving += 1;
      const timing = animation.effect?.getComputedTiming();
      try {
        if (timing && Number.isFinite(timing.endTime)) {
          animation.finish();
        } else {
          animation.pause();
          animation.currentTime = Math.max(0, timing?.delay ?? 0);
        }
      } catch {
        // One that goes with the scroll position, or at no speed, moves by itself no more than this.
      }
    }
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) moving += stop(element.shadowRoot);
    return moving;
  };
  for (let round = 0; round < rounds; round += 1) {
    const moving = stop(document);
    met += moving;
    if (moving === 0) break;
  }
  for (const svg of document.querySelectorAll('svg')) {
    if (svg.ownerSVGElement) continue;
    if (!('pauseAnimations' in svg)) continue;
    const moves = [...svg.querySelectorAll('animate, animateTransform, animateMotion, set')];
    if (moves.length === 0) continue;
    met += moves.length;
    const endless = moves.some((move) => [move.getAttribute('repeatCount'), move.getAttribute('repeatDur')].includes('indefinite'));
    svg.pauseAnimations();
    svg.setCurrentTime(endless ? 0 : 1_000_000);
  }
  return met;
}
