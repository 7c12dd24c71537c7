import { readFile } from 'node:fs/promises';
import type { CDPSession } from 'puppeteer';
import type { Judge, StyleRule } from './lists/open-judges.ts';
import { type LocalFrame, localFrames, openWorld, runInEachDocument } from './world.ts';

/** What is hidden by style in one capture. */
export interface Styles {
  /** Rules for this page and for every page, before there is one. */
  early(session: CDPSession): Promise<void>;
  /** Rules for what the frames of the loaded page hold. Gives how many elements of the main frame the cookie lists' rules hide. */
  late(session: CDPSession): Promise<number>;
}

const FRAMES = 10;
const hidden = 'display: none !important;';

/** Makes ready what hides elements. */
export async function openStyles(): Promise<
  (parts: { url: string; judges: readonly Judge[]; cookies: Judge | undefined; selectors: readonly string[] }) => Styles
> {
  const script = await readFile(new URL('styles.page.js', import.meta.url), 'utf8');
  const call = (name: string, ...parts: unknown[]) => `shotwireStyles.${name}(${parts.map((part) => JSON.stringify(part)).join()})`;

  return ({ url, judges, cookies, selectors }) => {
    const own = selectors.map((selector): StyleRule => [selector, hidden]);
    return {
      async early(session) {
        const rules = [...own, ...judges.flatMap((judge) => judge.styles({ url }))];
        if (rules.length === 0) return;
        // A frame's host is another: its rules come when it has loaded.
        const source = `if (window === top) {${script}\n${call('put', rules)}}`;
        await runInEachDocument(session, source, 'ours');
      },
      async late(session) {
        if (own.length === 0 && judges.length === 0) return 0;
        let ofCookies = 0;
        const frames = await localFrames(session, FRAMES);
        const put = async (frame: LocalFrame) => {
          const world = await openWorld(session, frame.id);
          const tokens = await world.run<{ classes: string[]; ids: string[]; hrefs: string[] }>(`${script}\n${call('tokens')}`);
          const rules = judges.flatMap((judge) => judge.styles({ url: frame.url, tokens }));
          await world.run(call('put', [...own, ...rules]));
          if (!frame.isMain || !cookies) return;
          const about = cookies.styles({ url: frame.url, tokens }).map(([selector]) => selector);
          ofCookies = await world.run(call('fitting', about));
        };
        // A frame may go while it is looked at.
        await Promise.allSettled(frames.map(put));
        return ofCookies;
      },
    };
  };
}
