import type { ExactOptions } from '../../core/options.ts';
import type { Withheld } from '../outputs/withheld.ts';

/**
 * What is painted over is black from edge to edge of its box, and so is what stands out of it. A filter goes where the element goes
 * and covers images and frames too, which a background would lie behind. In SVG there is no background: it is not shown.
 * Where backgrounds are not printed it is white, which the filter makes black.
 */
const masked = `
  background: #000 !important; background-clip: border-box !important; filter: brightness(0) !important; clip-path: inset(0) !important;
  opacity: 1 !important; border-radius: 0 !important; mix-blend-mode: normal !important; mask: none !important;`;

const still = `*, *::before, *::after { caret-color: transparent !important; scroll-behavior: auto !important; }`;

/** The stylesheets that the options lay over a page: one for the page itself, one for every document in it. Empty: none. */
export function sheetsOf(
  options: Pick<ExactOptions, 'css' | 'hideSelectors' | 'maskSelectors' | 'disableAnimations'>,
): [css: string, everywhere: string] {
  const { css, hideSelectors, maskSelectors, disableAnimations } = options;
  const rules = [
    // First, so that a rule that the client left open takes nothing with it.
    ...hideSelectors.map((selector) => `${selector} { display: none !important; }`),
    ...maskSelectors.map((selector) => `${selector} { ${masked} }\n:is(svg *):is(${selector}) { visibility: hidden !important; }`),
    css,
  ];
  return [rules.filter(Boolean).join('\n'), disableAnimations ? still : ''];
}

/** The same for results that are read, which no stylesheet keeps anything from. */
export function withheldOf({ hideSelectors, maskSelectors }: Pick<ExactOptions, 'hideSelectors' | 'maskSelectors'>): Withheld {
  return { hide: hideSelectors, mask: maskSelectors, black: masked };
}
