import { WaitUntil } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { HTTPRequest, PuppeteerLifeCycleEvent } from 'puppeteer';
import { intercept } from '../intercept/intercept.ts';
import { failureOfNetError, failureOfOutcome } from '../net-errors.ts';
import { outcomeOf, turnedAway } from '../watch/turned-away.ts';
import type { Shot } from './shot.ts';

/** What counts as loaded. */
const loaded: Readonly<Record<number, PuppeteerLifeCycleEvent>> = {
  [WaitUntil.LOAD]: 'load',
  [WaitUntil.DOMCONTENTLOADED]: 'domcontentloaded',
  [WaitUntil.NETWORKIDLE0]: 'networkidle0',
  [WaitUntil.NETWORKIDLE2]: 'networkidle2',
};

/** Goes to the page and waits until it has loaded. An answer of 404 or 500 is a page too. */
export async function open({ room: { page, proxy, session }, url, options, pageSignal, interceptors, notes }: Shot): Promise<void> {
  await intercept({ session, interceptors });
  let latest: HTTPRequest | undefined;
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => undefined);
  const isMain = (request: HTTPRequest) => request.isNavigationRequest() && request.frame() === page.mainFrame();
  const follow = (request: HTTPRequest) => {
    if (isMain(request)) latest = request;
  };
  // A document that breaks off after it has begun never loads, and goto does not say so.
  const broken = (request: HTTPRequest) => {
    const code = request.failure()?.errorText;
    if (isMain(request) && request.response() && code !== 'net::ERR_ABORTED') cut.reject(new Failure('connection_failed', { cause: code }));
  };
  page.on('request', follow);
  page.on('requestfailed', broken);
  try {
    notes.mark('navigation');
    const waitUntil = loaded[options.waitUntil] ?? 'load';
    const patience = { waitUntil, timeout: 0, signal: pageSignal };
    let response = await Promise.race([page.goto(url, patience), cut.promise]);
    if (!response && latest && isUnderWay(latest)) {
      // It had loaded, and was on its way elsewhere already: goto has no answer to give then, neither of this page nor of the next.
      await Promise.race([page.waitForNavigation(patience), cut.promise]);
      response = latest.response();
    }
    pageSignal.throwIfAborted();
    if (!response) throw new Failure('not_a_page');
    const refused = failureOfOutcome(turnedAway(proxy, response.request()));
    if (refused) throw refused;
    notes.mark('loaded', { until: waitUntil, status: response.status() });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const current = latest?.url() ?? url;
    if (!isWeb(current)) throw new Failure('blocked_url', { cause: thrown });
    throw failureOfOutcome(outcomeOf(proxy, current)) ?? failureOfNetError(thrown) ?? thrown;
  } finally {
    page.off('request', follow);
    page.off('requestfailed', broken);
  }
}

function isUnderWay(request: HTTPRequest): boolean {
  return !request.response() && !request.failure();
}

/** Makes sure that the page is still one that may be shown: it may have gone elsewhere since it was opened. */
export function stillShown({ room: { page, proxy } }: Pick<Shot, 'room'>): void {
  const url = page.url();
  if (url.startsWith('chrome-error:')) {
    throw new Failure('connection_failed', { says: 'The page went on to an address that could not be reached.' });
  }
  // The proxy gives a host one answer for its whole life: none of it was ever shown.
  if (!isWeb(url) || outcomeOf(proxy, url) === 'blocked') throw new Failure('blocked_url');
}

/** Whether a URL is one of the web, and not of the machine or of the browser. */
export function isWeb(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}
