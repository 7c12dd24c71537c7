import type { IncomingMessage, ServerResponse } from 'node:http';

/** How the capture of a hostile page may end: never with a browser that has to be blamed. */
export type Ending =
  | 'picture'
  | 'timeout'
  | 'page_overload'
  | 'page_crashed'
  | 'picture_too_large'
  | 'too_many_redirects'
  | 'not_a_page'
  | 'connection_failed';

/** A page that means harm. */
export interface HostilePage {
  /** All endings that are right; which one it is may depend on how fast the machine is. */
  readonly ends: readonly Ending[];
  /** The page, or what its server does. */
  readonly serve: string | ((request: IncomingMessage, response: ServerResponse) => void);
  readonly fullPage?: true;
  /** Seconds that the client asks to wait after the page has loaded, so that the page shows what it can. */
  readonly delay?: number;
}
