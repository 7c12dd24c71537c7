import { Failure } from '@shotwire/failures';
import type { ConsoleMessage, HTTPRequest, HTTPResponse } from 'puppeteer';
import { urlTest } from '../intercept/pattern.ts';
import { inPage } from '../page/in-page.ts';
import { exists, visibleText } from '../page/look.ts';
import { isBlocked, turnedAway } from '../watch/turned-away.ts';
import { stillShown } from './open.ts';
import type { Shot } from './shot.ts';

/** Listens, from before the page is opened, for what may be asked about it. */
export async function listen({ room: { page, proxy }, options, seen, onEnd }: Shot): Promise<void> {
  const { failOnConsoleError, failOnRequestFailed } = options;
  const asked = failOnRequestFailed.map(urlTest);
  const note = (request: HTTPRequest, why: string) => {
    const url = request.url();
    if (asked.some((fits) => fits(url)) && !isBlocked(proxy, request)) seen.failedRequest ??= { url, why };
  };
  const answered = (response: HTTPResponse) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) seen.status = response.status();
    if (response.status() >= 400) note(request, turnedAway(proxy, request) ?? `answered ${response.status()}`);
  };
  const failed = (request: HTTPRequest) => {
    const code = request.failure()?.errorText ?? 'failed';
    if (code !== TAKEN_BACK) note(request, turnedAway(proxy, request) ?? code.replace('net::', ''));
  };
  const wrote = (message: ConsoleMessage) => {
    // Chrome's own messages about requests come by here too, and have no arguments.
    if (message.type() === 'error' && message.args().length > 0) seen.consoleError ??= message.text();
  };
  const threw = (thrown: unknown) => {
    seen.consoleError ??= thrown instanceof Error ? thrown.message : String(thrown);
  };

  page.on('response', answered);
  if (asked.length > 0) page.on('requestfailed', failed);
  if (failOnConsoleError) page.on('console', wrote).on('pageerror', threw);
  onEnd(() => page.off('response', answered).off('requestfailed', failed).off('console', wrote).off('pageerror', threw));
}

/** The page itself no longer wanted it. */
const TAKEN_BACK = 'net::ERR_ABORTED';

/** Ends the capture where the client said that such a page is none. */
export async function judge(shot: Shot): Promise<void> {
  const {
    room: { session },
    options,
    seen,
  } = shot;
  stillShown(shot);
  const { status, consoleError, failedRequest } = seen;
  const range = options.failOnStatus.find((given) => status !== undefined && isWithin(status, given));
  if (range) throw new Failure('status_refused', { says: `The page answered ${status}, which fail_on_status refuses.` });
  if (consoleError !== undefined) throw new Failure('console_error', { says: `The page wrote an error: ${cut(consoleError)}` });
  if (failedRequest) throw new Failure('request_failed', { says: `A request failed: ${cut(failedRequest.url)} ${failedRequest.why}.` });

  for (const selector of options.failIfSelector) {
    if (await inPage(session, exists, selector)) throw new Failure('selector_found', { says: `The page has "${cut(selector)}".` });
  }
  if (options.failIfText.length + options.failIfTextMissing.length === 0) return;
  const text = await inPage(session, visibleText);
  const has = (wanted: string) => text.includes(wanted.replace(/\s+/g, ' '));
  const found = options.failIfText.find(has);
  if (found !== undefined) throw new Failure('text_found', { says: `The text "${cut(found)}" is on the page.` });
  const missing = options.failIfTextMissing.find((wanted) => !has(wanted));
  if (missing !== undefined) throw new Failure('text_missing', { says: `The text "${cut(missing)}" is not on the page.` });
}

/** Whether a status is the one, or in the range, that is given: 404 or 500-599. */
function isWithin(status: number, given: string): boolean {
  const [from = 0, to = from] = given.split('-').map(Number);
  return status >= from && status <= to;
}

function cut(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
