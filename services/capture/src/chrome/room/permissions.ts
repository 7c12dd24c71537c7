import type { BrowserContext, CDPSession } from 'puppeteer';

/**
 * Refuses everything that a page may ask its visitor for, and takes back what was granted. Nobody is there to answer: left alone Chrome
 * tells pages that they may ask, and some of them wait for the answer.
 */
export async function refusePermissions({ session, context }: { session: CDPSession; context: BrowserContext }): Promise<void> {
  const where = context.id === undefined ? {} : { browserContextId: context.id };
  // What one site was granted outlives a refusal for all.
  await session.send('Browser.resetPermissions', where);
  await session.send('Browser.grantPermissions', { permissions: [], ...where });
}
