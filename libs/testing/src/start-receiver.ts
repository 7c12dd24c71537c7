import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.ts';
import { listen } from './listen.ts';

/** What came in. */
export interface ReceivedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When its headers arrived, in milliseconds since the epoch. */
  readonly at: number;
}

/** What goes back: a status, or more. */
export type Answer = number | ((request: ReceivedRequest) => FullAnswer);

interface FullAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** How long it waits before it answers. */
  delayMs?: number;
  /** It takes the request and never answers. */
  hang?: boolean;
}

/** An HTTP server that writes down what it was sent. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** In the order in which their bodies were complete. */
  readonly requests: readonly ReceivedRequest[];
  /** Every further request gets this answer. */
  respondWith(answer: Answer): void;
  /** Gives back when the requests satisfy the predicate; throws after the timeout (10 s). */
  until(predicate: (requests: readonly ReceivedRequest[]) => boolean, options?: { timeoutMs?: number }): Promise<void>;
}

/**
 * Starts a receiver on a free loopback port. It answers with the script, one answer for each request, the last one
 * for all that follow; without a script with 200.
 */
export async function startReceiver({ script = [200] }: { script?: readonly Answer[] } = {}): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const closing = new AbortController();
  let answers = [...script];

  const server = createServer((incoming, outgoing) => {
    // A sender that goes away in the middle of its request is not a request.
    void receive(incoming, outgoing).catch(() => outgoing.destroy());
  });
  async function receive(incoming: IncomingMessage, outgoing: ServerResponse) {
    const at = Date.now();
    const body = await buffer(incoming);
    const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body, at };
    requests.push(request);
    const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
    const full = typeof answer === 'number' ? { status: answer } : answer(request);
    if (full.hang) return;
    if (full.delayMs) await pause(full.delayMs, undefined, { signal: closing.signal });
    outgoing.writeHead(full.status, full.headers).end(full.body);
  }
  const port = await listen(server);

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    respondWith(answer) {
      answers = [answer];
    },
    async until(predicate, options) {
      await eventually(() => predicate(requests), options);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
