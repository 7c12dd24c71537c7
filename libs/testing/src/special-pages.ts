import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';

interface Visit {
  query: URLSearchParams;
  response: ServerResponse;
  /** Aborts when the site closes. */
  signal: AbortSignal;
}

/** Pages that do more than lie there. */
const specialPages: Record<string, (visit: Visit) => Promise<void>> = {
  /** Answers after `ms` milliseconds, with a redirect to the URL `to` where one is given. */
  '/slow': async ({ query, response, signal }) => {
    await pause(Number(query.get('ms') ?? 1000), undefined, { signal });
    const to = query.get('to');
    if (to) response.writeHead(302, { location: to }).end();
    else await sendPage(response, 'Slow', '<p>Here at last.</p>');
  },
  /** Never answers. */
  '/hang': async () => {},
  /** Sends headers and the beginning of a page, and nothing more. */
  '/half': async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).write('<!doctype html><title>Half</title><p>The rest');
  },
  /** Redirects to the URL `to`, with status 302 or `status`. */
  '/redirect': async ({ query, response }) => {
    response.writeHead(Number(query.get('status') ?? 302), { location: query.get('to') ?? '/' }).end();
  },
  /** Redirects to itself, for ever. */
  '/redirect-loop': async ({ query, response }) => {
    response.writeHead(302, { location: `/redirect-loop?n=${Number(query.get('n') ?? 0) + 1}` }).end();
  },
  /** A page `px` pixels high (100,000): higher than any picture format takes. */
  '/huge': async ({ query, response }) => {
    const px = Number(query.get('px') ?? 100_000);
    await sendPage(response, 'Huge', `<div style="height:${px}px;background:linear-gradient(#00f,#f00)"></div>`);
  },
  /** A page with a body of `mib` mebibytes (64). */
  '/heavy': async ({ query, response }) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    await pipeline(Readable.from(mebibytes(Number(query.get('mib') ?? 64))), response);
  },
  /** A page `px` pixels wide (5,000): wider than any viewport. */
  '/wide': async ({ query, response }) => {
    const px = Number(query.get('px') ?? 5000);
    await sendPage(response, 'Wide', `<div style="width:${px}px;height:100px;background:#808000"></div>`);
  },
  /** A page that embeds the image at the URL `src`. */
  '/private-image': async ({ query, response }) => {
    await sendPage(response, 'Private image', `<img alt="" src="${attribute(query.get('src') ?? '')}">`);
  },
  /** A download instead of a page. */
  '/download': async ({ response }) => {
    response
      .writeHead(200, { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment; filename="file.bin"' })
      .end(Buffer.alloc(1024));
  },
};

/** Answers the request if it is for a special page; gives undefined if it is not. `/status/404` answers 404. */
export function answerSpecially({ url, response, signal }: { url: URL; response: ServerResponse; signal: AbortSignal }) {
  const status = /^\/status\/(\d{3})$/.exec(url.pathname)?.[1];
  if (status) return sendPage(response, status, `<h1>${status}</h1>`, Number(status));
  const page = Object.hasOwn(specialPages, url.pathname) ? specialPages[url.pathname] : undefined;
  return page?.({ query: url.searchParams, response, signal });
}

async function sendPage(response: ServerResponse, title: string, body: string, status = 200): Promise<void> {
  const page = `<!doctype html><html lang="en"><title>${title}</title><body style="margin:0">${body}</body></html>`;
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}

function* mebibytes(count: number) {
  const paragraph = `<p>${'heavy '.repeat(169)}</p>\n`;
  const mebibyte = Buffer.alloc(1024 * 1024, paragraph);
  yield '<!doctype html><title>Heavy</title>';
  for (let sent = 0; sent < count; sent++) yield mebibyte;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
