import type { Page } from 'puppeteer';
import type { PageGlobals } from './dom.ts';
import { sessionOf } from './session.ts';
import { openWorld } from './world.ts';

declare const window: PageGlobals;

/** Puts back what was changed on the page for its pictures, so that what is made of it next shows it as it was. */
export async function putBack({ page, signal }: { page: Page; signal: AbortSignal }): Promise<void> {
  const world = await openWorld({ session: sessionOf(page), signal });
  await world.run(restore);
}

/** Runs in the page. */
function restore(): void {
  const { document, pictureStyles, pictureSheet } = window;
  for (const [element, style] of pictureStyles ?? []) {
    // Not as an attribute, which a policy of the page may forbid.
    element.style.cssText = style ?? '';
    // Chrome writes the attribute only when it is asked for, and one that is not written yet is not taken away.
    if (style === null && element.hasAttribute('style')) element.removeAttribute('style');
  }
  window.pictureStyles = undefined;
  // As long as the sheet is there nothing makes a transition of its way back.
  document.documentElement.getBoundingClientRect();
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== pictureSheet);
}
