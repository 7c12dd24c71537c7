import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, HTTPRequest } from 'puppeteer';
import type { Shot } from './shot.ts';

/** Where the page goes by itself. */
export interface Journeys {
  /** Resolves when the page is nowhere under way; waits a moment for it to set out. */
  arrived(): Promise<void>;
}

/** A navigation that something in the page began is known of within this time. */
const DEPARTURE_MS = 100;
const POLL_MS = 25;

/** Follows the page's navigations from now until the capture ends. */
export function followJourneys({ room: { page }, pageSignal, onEnd }: Pick<Shot, 'room' | 'pageSignal' | 'onEnd'>): Journeys {
  let underWay: HTTPRequest | undefined;
  let loading = false;
  const isMain = (request: HTTPRequest) => request.isNavigationRequest() && request.frame() === page.mainFrame();
  const left = (request: HTTPRequest) => {
    if (isMain(request)) underWay = request;
  };
  // A download, or an answer without content: the page stays where it is.
  const failed = (request: HTTPRequest) => {
    if (request === underWay) underWay = undefined;
  };
  const committed = (frame: Frame) => {
    if (frame !== page.mainFrame() || !underWay) return;
    underWay = undefined;
    loading = true;
  };
  const loaded = () => {
    loading = false;
  };
  page.on('request', left);
  page.on('requestfailed', failed);
  page.on('framenavigated', committed);
  page.on('load', loaded);
  onEnd(() => {
    page.off('request', left);
    page.off('requestfailed', failed);
    page.off('framenavigated', committed);
    page.off('load', loaded);
  });

  return {
    async arrived() {
      await sleep(DEPARTURE_MS);
      while (underWay || loading) {
        pageSignal.throwIfAborted();
        await sleep(POLL_MS);
      }
    },
  };
}
