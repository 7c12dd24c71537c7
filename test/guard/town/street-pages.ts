import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Case } from '../cases/case.ts';

const attribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const quoted = (text: string) => JSON.stringify(text).replaceAll('<', '\\u003c');

/** Sends a visitor on to `to`, or has the page do it. */
const senders: Readonly<Record<string, (to: string, response: ServerResponse, query: URLSearchParams) => void>> = {
  '/to': (to, response, query) => {
    const rest = Number(query.get('n') ?? 1) - 1;
    const location = rest > 0 ? `/to?n=${rest}&to=${encodeURIComponent(to)}` : to;
    response.writeHead(Number(query.get('status') ?? 302), { location, 'access-control-allow-origin': '*' }).end();
  },
  '/refresh': (to, response) => page(response, '', { refresh: `0;url=${to}` }),
  '/meta': (to, response) => page(response, `<meta http-equiv="refresh" content="0;url=${attribute(to)}">`),
  '/script': (to, response) => page(response, `<script>location = ${quoted(to)};</script>`),
  '/form': (to, response) =>
    page(response, `<form method="post" action="${attribute(to)}"></form><script>document.forms[0].submit();</script>`),
  '/click': (to, response) => page(response, `<a href="${attribute(to)}">x</a><script>document.querySelector('a').click();</script>`),
  '/csp': (to, response) => page(response, '<img src="/ok.svg">', { 'content-security-policy': `img-src 'none'; report-uri ${to}` }),
  '/link': (to, response) => page(response, '', { link: `<${to}>; rel=preload; as=image` }),
  '/sw.js': (to, response) =>
    response
      .writeHead(200, { 'content-type': 'text/javascript' })
      .end(`oninstall = (event) => event.waitUntil(fetch(${quoted(to)}, { mode: 'no-cors' }).catch(() => {}));`),
};

/** Answers for the street, the one web server that may be visited. */
export function answerOnStreet(cases: readonly Case[]) {
  const html: Readonly<Record<string, (only: (row: Case) => boolean) => string>> = {
    '/embedded': (only) =>
      cases
        .filter((row) => row.way === 'embedded' && only(row))
        .map(({ text }) => `<img src="${attribute(text)}">`)
        .join('\n'),
    '/vector': (only) =>
      cases
        .filter((row) => row.way === 'vector' && only(row))
        .map(({ text }) => text)
        .join('\n'),
    '/secure': (only) =>
      cases
        .filter((row) => row.way === 'secure' && only(row))
        .map(({ text }) => text)
        .join('\n'),
  };
  return (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://street');
    const send = senders[pathname];
    const body = html[pathname];
    if (send) send(searchParams.get('to') ?? '', response, searchParams);
    else if (body)
      page(
        response,
        body((row) => !searchParams.has('provable') || row.unprovable === undefined),
      );
    else response.writeHead(200, { 'content-type': 'image/svg+xml' }).end('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  };
}

function page(response: ServerResponse, body: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers })
    .end(`<!doctype html><title>Street</title><body style="background:#008000">${body}<img src="/ok.svg">`);
}
