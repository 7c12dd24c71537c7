import { Failure } from '@shotwire/failures';
import type { ExactOptions } from '../../core/options.ts';
import { fullPageExtent } from './compose-page.ts';
import type { RasterFormat } from './limits.ts';
import { frameOf } from './picture-options.ts';
import { type Area, type Extent, planAreas } from './plan.ts';
import type { Size } from './resize.ts';

/** As far as pages go, in CSS pixels. */
const HIGHEST_PAGE = 1_000_000;

/**
 * What can be said of pictures before their page is seen, in sentences: what cannot be taken, and what is taken in parts. It is what
 * taking them would come to on a page as wide as the viewport; nothing is said of an element, whose size nobody knows.
 */
export function foretellPictures(options: ExactOptions, formats: readonly RasterFormat[]): string[] {
  const { width = 0, height = 0, fullPage, selector, clip, deviceScaleFactor: scale = 1 } = options;
  if (formats.length === 0 || selector !== '') return [];
  const viewport = { width, height };
  const plan = (content: Size, extent: Extent): Area[] | Failure => {
    try {
      return planAreas({ metrics: { content, viewport, scale, deviceScale: scale }, extent, formats, frame: frameOf(options) });
    } catch (thrown) {
      return Failure.from(thrown);
    }
  };
  if (!fullPage) return sayOne(plan(viewport, clip ? { clip } : {}));

  const extent = fullPageExtent(options);
  const upTo = (isGood: (areas: Area[]) => boolean) =>
    highest(height, (pageHeight) => {
      const areas = plan({ width, height: pageHeight }, extent);
      return !(areas instanceof Failure) && isGood(areas);
    });
  const whole = upTo((areas) => areas.every(({ tiles }) => tiles.length === 1));
  const taken = upTo(() => true);
  if (taken < height) return sayOne(plan(viewport, extent));
  return [
    ...(whole < taken
      ? [`${whole < height ? 'The page' : `A page higher than ${whole} pixels`} is taken in parts, which are put together.`]
      : []),
    ...(taken < HIGHEST_PAGE ? [`A page higher than ${taken} pixels cannot be taken as a whole: it would fail. See max_height.`] : []),
  ];
}

function sayOne(planned: Area[] | Failure): string[] {
  if (planned instanceof Failure) return [planned.message];
  const parts = planned[0]?.tiles.length ?? 0;
  return parts > 1 ? [`The picture is taken in ${parts} parts, which are put together.`] : [];
}

/** The greatest height for which something holds that holds for all lower ones; less than `least` when it does not hold for that. */
function highest(least: number, holds: (height: number) => boolean): number {
  let [low, high] = [least - 1, HIGHEST_PAGE];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
