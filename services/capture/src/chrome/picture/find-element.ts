import { Failure } from '@shotwire/failures';
import type { PageGlobals } from './dom.ts';
import type { Box } from './plan.ts';
import type { World } from './world.ts';

declare const window: PageGlobals;

/**
 * Finds the first visible element that fits a selector and brings it into view; gives its border box in CSS pixels of the page, or
 * nothing when no visible one fits. Failure `selector_not_found` when it is no selector at all.
 */
export async function findElement({ world, selector }: { world: World; selector: string }): Promise<Box | undefined> {
  const found = await world.run(bringIntoView, selector);
  if (found === 'invalid') throw new Failure('selector_not_found', { says: 'The selector is not valid CSS.' });
  return found === 'missing' ? undefined : measureElement(world);
}

/** The border box of the element that was found, as it stands now, in CSS pixels of the page. */
export async function measureElement(world: World): Promise<Box | undefined> {
  return (await world.run(boxOfElement)) ?? undefined;
}

/** Runs in the page. Whether the element is in what scrolls inside of the document. */
export function isInScroller(): boolean {
  const { pictureElement: element, pictureScroller: scroller } = window;
  return Boolean(element && scroller && scroller !== element && scroller.contains(element));
}

/** Runs in the page. */
function bringIntoView(selector: string): 'invalid' | 'missing' | 'found' {
  const { document } = window;
  window.pictureElement = undefined;
  let elements: ReturnType<typeof document.querySelectorAll>;
  try {
    elements = document.querySelectorAll(selector);
  } catch {
    return 'invalid';
  }
  for (const element of elements) {
    const { width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0 || !element.checkVisibility({ visibilityProperty: true })) continue;
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    window.pictureElement = element;
    return 'found';
  }
  return 'missing';
}

/** Runs in the page. */
function boxOfElement(): Box | null {
  const { pictureElement, scrollX, scrollY } = window;
  if (!pictureElement) return null;
  const { x, y, width, height } = pictureElement.getBoundingClientRect();
  return width > 0 && height > 0 ? { x: x + scrollX, y: y + scrollY, width, height } : null;
}
