import type { Document, Playing, Root } from './dom.ts';

declare const document: Document;
declare const requestAnimationFrame: (then: () => void) => void;
declare const setTimeout: (then: () => void, ms: number) => void;

/**
 * Runs in the page. Finishes transitions and finite animations; stops those without end at their beginning, also in shadow trees
 * and SVG. What ends may begin the next: it looks again a few times. Gives how many it has met.
 */
export async function freeze(): Promise<number> {
  const rounds = 5;
  let met = 0;
  const runningIn = (root: Root): Playing[] => {
    const running = root.getAnimations().filter(({ playState }) => playState === 'running');
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) running.push(...runningIn(element.shadowRoot));
    return running;
  };
  const each = (animations: readonly Playing[], act: (animation: Playing, begin: number, end: number, third: number) => void) => {
    for (const animation of animations) {
      const { delay = 0, endTime = 0, duration = 0 } = animation.effect?.getComputedTiming() ?? {};
      const begin = Math.max(0, delay);
      const span = Number.isFinite(endTime) ? endTime - begin : duration;
      try {
        act(animation, begin, endTime, begin + span / 3);
      } catch {
        // One that goes with the scroll position, or at no speed, moves by itself no more than this.
      }
    }
  };
  // A page that nobody asks for frames is waited for no longer than a moment.
  const painted = () =>
    new Promise<void>((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      setTimeout(resolve, 250);
    });
  for (let round = 0; round < rounds; round += 1) {
    const running = runningIn(document);
    if (running.length === 0) break;
    met += running.length;
    // The compositor moves them on its own, and is told of a place only where that is another than the one it was told of before: not of
    // a beginning that it has left by itself. So they go elsewhere first.
    each(running, (animation, _begin, _end, third) => {
      animation.pause();
      animation.currentTime = third;
    });
    await painted();
    each(running, (animation, begin, end) => {
      if (Number.isFinite(end)) animation.finish();
      else animation.currentTime = begin;
    });
    await painted();
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
