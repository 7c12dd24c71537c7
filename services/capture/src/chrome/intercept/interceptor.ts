import type { Protocol } from 'puppeteer';

/** How a paused request goes on: as it is, not at all, answered by us, or changed. */
export type Decision =
  | 'pass'
  | { fail: Protocol.Network.ErrorReason }
  | { fulfil: Omit<Protocol.Fetch.FulfillRequestRequest, 'requestId'> }
  | { change: Omit<Protocol.Fetch.ContinueRequestRequest, 'requestId' | 'interceptResponse'> };

/** What one concern wants to see of a page's requests, and what it decides about them. */
export interface Interceptor {
  /** Only requests that fit one of these come to `onRequest`. All are paused at the request stage: other stages are not offered. */
  readonly patterns: readonly Omit<Protocol.Fetch.RequestPattern, 'requestStage'>[];
  /** Called before the request leaves, and again at each redirect of it. */
  onRequest(paused: Protocol.Fetch.RequestPausedEvent): Decision | Promise<Decision>;
  /** Answers an HTTP authentication challenge; undefined leaves it to the next one. With nobody's answer the 401 page is shown. */
  onAuth?(asked: Protocol.Fetch.AuthRequiredEvent): Protocol.Fetch.AuthChallengeResponse | undefined;
}
