import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import { endToEndHeaders } from './end-to-end-headers.ts';
import type { Ledger, Target } from './ledger.ts';
import type { Line, Lines } from './open-lines.ts';
import { authority } from './read-target.ts';
import type { Route } from './route.ts';

const framing = /^(content-length|transfer-encoding)$/i;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target & { path: string };
  route: Route;
  lines: Lines;
  ledger: Ledger;
}

/** Passes a plain HTTP request on and its answer back, or answers why not. Never throws. */
export function forward(exchange: Exchange): void {
  const { request, response, target, route, lines } = exchange;
  request.on('error', () => {});
  response.on('error', () => {});
  if (route.judge) route.judge(target).then(begin, (error) => refuseAs(exchange, error));
  else begin();

  function begin(): void {
    if (response.closed) return;
    const hop = route.hopOf(target);
    // The server may have closed a pooled connection just as it was reused. Chrome would try again; through a proxy it cannot know.
    send({ ...exchange, hop, line: lines.take(hop), retry: () => send({ ...exchange, hop, line: lines.fresh(hop) }) });
  }
}

function send(exchange: Exchange & { hop: Target; line: Line; retry?: () => void }): void {
  const { request, response, target, route, lines, ledger, hop, line, retry } = exchange;
  const body = request.rawHeaders.some((name, at) => at % 2 === 0 && framing.test(name));
  let heard = false;
  let begun = false;
  let over = false;

  function fail(error: unknown): void {
    over = true;
    void line.client.destroy();
    if (response.closed || response.writableEnded) return;
    if (response.headersSent) reset(response);
    else if (retry && line.used && !body && !heard) retry();
    else refuseAs(exchange, error);
  }

  response.once('close', () => over || void line.client.destroy());
  line.client.dispatch(
    {
      method: request.method ?? 'GET',
      path: route.pathOf(target),
      headers: [...requestHeaders(request, target), ...route.headers],
      body: body ? bodyOf(request) : null,
    },
    {
      onRequestStart() {},
      onBodySent: (chunk) => ledger.up(chunk.length),
      // What this throws ends the exchange as a failure.
      onResponseStart(controller, status, _headers, reason = '') {
        if (status < 200) return;
        heard = true;
        if (route.refusedBy(status)) throw new Error(`upstream answered ${status}`);
        response.sendDate = false;
        response.writeHead(status, plainReason(reason), endToEndHeaders(rawHeaders(controller)));
        ledger.note(target, 'ok');
        // Together with the first of the body if that is already here; at once if not.
        process.nextTick(() => begun || response.closed || response.flushHeaders());
      },
      onResponseData(controller, chunk) {
        begun = true;
        ledger.down(chunk.length);
        if (response.write(chunk) || controller.paused) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd() {
        begun = over = true;
        response.end();
        lines.giveBack(hop, line);
      },
      onResponseError: (_controller, error) => fail(error),
    },
  );
}

function refuseAs({ response, target, ledger }: Exchange, error: unknown): void {
  const outcome = ledger.noteFailure(target, error);
  if (!response.closed) refuse(response, outcome === 'blocked' ? 403 : 502);
}

/** Answers with a status and nothing else. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, STATUS_CODES[status], { ...headers, 'content-length': '0' }).end();
}

// Not the request itself: undici destroys a body that is answered before its end, and that would be the browser's connection.
// What then still comes of it is read and dropped, or the browser's next request would wait behind it.
function bodyOf(request: IncomingMessage): PassThrough {
  return request
    .pipe(new PassThrough())
    .on('error', () => {})
    .once('close', () => request.resume());
}

// The framing of the body is the sender's to write.
function requestHeaders(request: IncomingMessage, target: Target): string[] {
  return ['Host', authority(target, 80), ...endToEndHeaders(request.rawHeaders, 'host')];
}

function rawHeaders({ rawHeaders }: Dispatcher.DispatchController): string[] {
  return (rawHeaders as Buffer[]).map((text) => text.toString('latin1'));
}

// A reason in another alphabet was read as UTF-8 and cannot be written again; nobody needs it.
function plainReason(reason: string): string {
  return /^[\t\x20-\x7e]*$/.test(reason) ? reason : '';
}

// A broken answer must not look like a finished one.
function reset(response: ServerResponse): void {
  if (response.socket) response.socket.resetAndDestroy();
  else response.destroy();
}
