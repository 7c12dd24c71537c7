import { Failure } from '@shotwire/failures';
import type { HTTPRequest } from 'puppeteer';
import { failureOfNetError, failureOfOutcome } from '../net-errors.ts';
import type { Shot } from './shot.ts';

/** Goes to the page and waits until it has loaded. An answer of 404 or 500 is a page too. */
export async function open({ room: { page, proxy }, url, signal }: Shot): Promise<void> {
  let current = url;
  const follow = (request: HTTPRequest) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) current = request.url();
  };
  page.on('request', follow);
  try {
    const response = await page.goto(url, { waitUntil: 'load', timeout: 0, signal });
    if (!response) throw new Failure('not_a_page');
    // Over plain http a refusal of the proxy looks like an answer of the server.
    const refused = failureOfOutcome(outcomeOf(proxy, current));
    if (refused && response.status() >= 400) throw refused;
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    const scheme = new URL(current).protocol;
    if (scheme !== 'http:' && scheme !== 'https:') throw new Failure('blocked_url', { cause: thrown });
    throw failureOfOutcome(outcomeOf(proxy, current)) ?? failureOfNetError(thrown) ?? thrown;
  } finally {
    page.off('request', follow);
  }
}

function outcomeOf(proxy: Shot['room']['proxy'], url: string) {
  const { hostname, port, protocol } = new URL(url);
  return proxy.outcomeOf(hostname, Number(port) || (protocol === 'https:' ? 443 : 80));
}
