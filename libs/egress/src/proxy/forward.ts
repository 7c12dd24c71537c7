import { type Agent, type ClientRequest, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { endToEndHeaders } from './end-to-end-headers.ts';
import type { Ledger, Target } from './ledger.ts';
import { authority } from './read-target.ts';
import type { Route } from './route.ts';

/** The most that the headers of one message may take, in bytes, either way. */
export const maxHeaderSize = 64 * 1024;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target & { path: string };
  route: Route;
  /** Keeps connections open between requests. */
  pool: Agent;
  /** Opens one connection per request. */
  single: Agent;
  ledger: Ledger;
}

/** Passes a plain HTTP request on and its answer back, or answers why not. Never throws. */
export function forward(exchange: Exchange): void {
  const { request, response, target, route } = exchange;
  request.on('error', () => {});
  response.on('error', () => {});
  let upstream: ClientRequest | undefined;
  response.once('close', () => upstream?.destroy());
  if (route.judge) route.judge(target).then(begin, (error) => refuseAs(exchange, error));
  else begin();

  function begin(): void {
    if (!response.closed) upstream = send(exchange, exchange.pool, retry);
  }

  // The server may have closed a pooled connection just as it was reused. Chrome would try again; through a proxy it cannot know.
  function retry(): void {
    upstream = send(exchange, exchange.single);
  }
}

function send(exchange: Exchange, agent: Agent, retry?: () => void): ClientRequest {
  const { request, response, target, route, ledger } = exchange;
  const hop = route.hopOf(target);
  const body = 'content-length' in request.headers || 'transfer-encoding' in request.headers;
  const upstream = openRequest({
    host: hop.host,
    port: hop.port,
    method: request.method ?? 'GET',
    path: route.pathOf(target),
    headers: [...requestHeaders(request, target), ...route.headers],
    agent,
    maxHeaderSize,
  });
  let answered = false;

  function fail(error: unknown): void {
    if (response.closed || response.writableEnded) return;
    if (response.headersSent) reset(response);
    else if (!answered) {
      answered = true;
      if (retry && !body && upstream.reusedSocket) retry();
      else refuseAs(exchange, error);
    }
  }

  upstream.on('error', fail);
  upstream.once('close', () => answered || fail(new Error('The server closed the connection without an answer.')));
  upstream.once('response', (reply) => {
    reply.on('error', fail);
    if (route.refusedBy(reply.statusCode ?? 0)) {
      answered = true;
      upstream.destroy();
      refuseAs(exchange, new Error(`upstream answered ${reply.statusCode}`));
      return;
    }
    try {
      response.sendDate = false;
      response.writeHead(reply.statusCode ?? 502, reply.statusMessage ?? '', endToEndHeaders(reply.rawHeaders));
    } catch (error) {
      // An answer that may be read but not written again, such as one with an illegal character in a header.
      fail(error);
      upstream.destroy();
      return;
    }
    answered = true;
    ledger.note(target, 'ok');
    response.flushHeaders();
    reply.on('data', (chunk: Buffer) => ledger.down(chunk.length));
    reply.pipe(response);
  });

  if (!body) return upstream.end();
  request.on('data', (chunk: Buffer) => ledger.up(chunk.length));
  return request.pipe(upstream);
}

function refuseAs({ response, target, ledger }: Exchange, error: unknown): void {
  const outcome = ledger.noteFailure(target, error);
  if (!response.closed) refuse(response, outcome === 'blocked' ? 403 : 502);
}

/** Answers with a status and nothing else. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': '0' }).end();
}

function requestHeaders(request: IncomingMessage, target: Target): string[] {
  const headers = endToEndHeaders(request.rawHeaders);
  const index = headers.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  headers[index + 1] = authority(target, 80);
  // Said outright: for some methods Node would send a body without framing.
  if ('transfer-encoding' in request.headers) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

// A broken answer must not look like a finished one.
function reset(response: ServerResponse): void {
  if (response.socket) response.socket.resetAndDestroy();
  else response.destroy();
}
