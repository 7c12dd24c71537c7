import type { BrowserContext, CDPSession, Page } from 'puppeteer';
import { refusePermissions } from './permissions.ts';

interface WipeParts {
  context: BrowserContext;
  page: Page;
  /** A session that no capture has used. */
  session: CDPSession;
}

/** No origin at all stands for all of them, with their partitions, and for session storage, which no single origin does. */
const EVERY_ORIGIN = 'null';

/** What a page can leave behind it in its context and its tab, and what takes it away. */
const traces: Readonly<Record<string, (parts: WipeParts) => Promise<unknown>>> = {
  'cookies, storage of every kind, service workers': ({ session }) =>
    session.send('Storage.clearDataForOrigin', { origin: EVERY_ORIGIN, storageTypes: 'all' }),
  'the history of the tab': ({ session }) => session.send('Page.resetNavigationHistory'),
  // A name that the last page set as it was left is not known to this one: only a change reaches what the next will read.
  'the name of the window': ({ session }) => session.send('Runtime.evaluate', { expression: "name = 'wiped'; name = ''" }),
  permissions: refusePermissions,
};

/** Takes away what was left behind. The page must have been left before: nothing may run that could leave more. */
export async function wipe(parts: WipeParts): Promise<void> {
  await Promise.all(Object.values(traces).map((takeAway) => takeAway(parts)));
}
