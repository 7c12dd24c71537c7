import type { Protocol } from 'puppeteer';

/** A test for URLs from a pattern in which * stands for anything and everything else for itself; the whole URL must fit. */
export function urlTest(pattern: string): (url: string) => boolean {
  const expression = new RegExp(`^${pattern.split(/\*+/).map(RegExp.escape).join('.*?')}$`, 's');
  return (url) => expression.test(url);
}

/** The same pattern as Chrome writes it, where ? is a wildcard too and \ takes a wildcard's meaning away. */
export function toChromePattern(pattern: string): string {
  return pattern.replace(/[\\?]/g, '\\$&');
}

/** Tests requests as Chrome does against patterns of `Fetch.enable`. */
export function requestTest(
  patterns: readonly Protocol.Fetch.RequestPattern[],
): (paused: Pick<Protocol.Fetch.RequestPausedEvent, 'request' | 'resourceType'>) => boolean {
  const tests = patterns.map(({ urlPattern = '*', resourceType }) => ({ fits: chromeTest(urlPattern), resourceType }));
  return ({ request, resourceType: type }) =>
    tests.some(({ fits, resourceType }) => (resourceType === undefined || resourceType === type) && fits(request.url));
}

function chromeTest(pattern: string): (url: string) => boolean {
  if (pattern === '*') return () => true;
  const tokens = pattern.match(/\\.|[\s\S]/g) ?? [];
  const source = tokens.map((token) => ({ '*': '.*?', '?': '.' })[token] ?? RegExp.escape(token.length === 2 ? token.slice(1) : token));
  const expression = new RegExp(`^${source.join('')}$`, 's');
  return (url) => expression.test(url);
}
