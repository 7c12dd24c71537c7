import type { CDPSession, Page } from 'puppeteer';

/**
 * The session on which puppeteer itself drives a page. Pictures have to be asked for here, where the viewport was set: for any other
 * session Chrome drops the viewport that it does not know.
 */
export function sessionOf(page: Page): CDPSession {
  return (page as unknown as { _client(): CDPSession })._client();
}
