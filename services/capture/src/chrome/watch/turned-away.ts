import type { EgressProxy, Outcome } from '@shotwire/egress';
import type { HTTPRequest, HTTPResponse } from 'puppeteer';

/** The proxy, as far as it tells how the last attempt to reach a host ended. */
export type Door = Pick<EgressProxy, 'outcomeOf'>;

/** How a request ended that did not get past the proxy; undefined when its server answered, or when it never came so far. */
export function turnedAway(proxy: Door, request: HTTPRequest): Outcome | undefined {
  const response = request.response();
  const byProxy = response ? isProxys(response) : request.failure()?.errorText === 'net::ERR_TUNNEL_CONNECTION_FAILED';
  const outcome = byProxy ? outcomeOf(proxy, request.url()) : undefined;
  return outcome === 'ok' ? undefined : outcome;
}

/** Whether the client had it refused: by the proxy, or before it left the browser. */
export function isBlocked(proxy: Door, request: HTTPRequest): boolean {
  const code = request.failure()?.errorText;
  // Chrome says who it was behind a full stop: `.Inspector`.
  return code?.startsWith('net::ERR_BLOCKED_BY_CLIENT') || turnedAway(proxy, request) === 'filtered';
}

/** How the last attempt to reach the host of a URL ended. */
export function outcomeOf(proxy: Door, url: string): Outcome | undefined {
  const { hostname, port, protocol } = new URL(url);
  return proxy.outcomeOf(hostname, Number(port) || (protocol === 'https:' ? 443 : 80));
}

/** Over plain http a refusal of the proxy looks like an answer of the server: an empty 403 or 502. */
function isProxys(response: HTTPResponse): boolean {
  return [403, 502].includes(response.status()) && response.headers()['content-length'] === '0';
}
