import type { Interceptor } from '../intercept/interceptor.ts';

/** A name that is reserved to be nobody's. Its pages have an origin, with storage of its own, and no server. */
export const documentHost = 'document.invalid';

/** Where such a document is found. */
export const documentUrl = `http://${documentHost}/`;

/** Whether a page is a document that was given to us, so that its address leads nowhere. */
export function isGiven(pageUrl: string): boolean {
  return URL.parse(pageUrl)?.hostname === documentHost;
}

/**
 * Makes a document a page: `url` is where it is found, once `interceptor` decides about the requests.
 * Everything else of that host is refused before it leaves the browser.
 */
export function serveDocument(document: string): { url: string; interceptor: Interceptor } {
  const fulfil = {
    responseCode: 200,
    responseHeaders: [{ name: 'content-type', value: 'text/html; charset=utf-8' }],
    body: Buffer.from(document).toString('base64'),
  };
  const interceptor: Interceptor = {
    patterns: [{ urlPattern: `*://${documentHost}/*` }, { urlPattern: `*://${documentHost}:*` }],
    onRequest: ({ request, resourceType }) => {
      if (!isGiven(request.url)) return 'pass';
      if (request.url === documentUrl && resourceType === 'Document') return { fulfil };
      return request.url.startsWith(documentUrl) ? { fulfil: { responseCode: 404 } } : { fail: 'NameNotResolved' };
    },
  };
  return { url: documentUrl, interceptor };
}
