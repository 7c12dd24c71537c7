import { clone } from '@bufbuild/protobuf';
import { Method, type Options, OptionsSchema } from '@shotwire/contract';

/**
 * The options of a page that a crawl found. Pages that are found are only read, never sent anything; and what a client gave away to the
 * site that it named stays there: others below the domain may be somebody else's.
 */
export function foundOptions(options: Options, { startUrl, url }: { startUrl: string; url: string }): Options {
  const found = clone(OptionsSchema, options);
  found.method = Method.GET;
  found.body = '';
  if (new URL(url).origin === new URL(startUrl).origin) return found;
  found.headers = {};
  delete found.basicAuth;
  // One that is for a domain says itself where it goes; where it cannot go it would fail the page.
  const { hostname } = new URL(url);
  found.cookies = found.cookies.filter(({ domain, secure }) => {
    const named = domain.replace(/^\./, '').toLowerCase();
    return named !== '' && (hostname === named || hostname.endsWith(`.${named}`)) && !(secure && url.startsWith('http:'));
  });
  return found;
}
