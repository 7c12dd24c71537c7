import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './create-logger.ts';
import type { Metrics } from './create-metrics.ts';

interface ObservatoryParts {
  host: string;
  /** 0 takes a free one. */
  port: number;
  metrics: Metrics;
  /** Whether the service can do its work now. It has 2 s, after which its signal aborts and the answer is no. */
  ready: (signal: AbortSignal) => Promise<boolean> | boolean;
  log: Logger;
}

/** The listener for those who watch a service: where it listens, and its end. */
export interface Observatory extends AsyncDisposable {
  /** Host and port, as `host:port`. */
  readonly address: string;
  readonly port: number;
}

const readyLimitMs = 2000;

/**
 * Opens `/metrics` (Prometheus), `/healthz` (200 while the event loop turns) and `/readyz` (200 or 503).
 * Rejects when it cannot listen there.
 */
export async function openObservatory({ host, port, metrics, ready, log }: ObservatoryParts): Promise<Observatory> {
  let wasReady: boolean | undefined;

  async function isReady(): Promise<boolean> {
    const { isNow, err } = await ask(ready);
    // Probes come every few seconds; only a change is news.
    if (isNow !== wasReady) log[isNow ? 'info' : 'warn']({ ready: isNow, ...(err !== undefined && { err }) }, 'readiness changed');
    wasReady = isNow;
    return isNow;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.method === 'GET' || request.method === 'HEAD' ? request.url?.split('?')[0] : undefined;
    if (path === '/healthz') return send(response, 200, 'ok');
    if (path === '/readyz') return (await isReady()) ? send(response, 200, 'ready') : send(response, 503, 'not ready');
    if (path !== '/metrics') return send(response, 404, 'not found');
    const { text, contentType } = await metrics.expose();
    return send(response, 200, text, contentType);
  }

  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000, maxHeaderSize: 8192 }, (request, response) => {
    answer(request, response).catch((err: unknown) => {
      log.error({ err, path: request.url }, 'the observatory could not answer');
      send(response, 500, 'internal error');
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;

  return {
    address: `${host}:${bound.port}`,
    port: bound.port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function ask(ready: ObservatoryParts['ready']): Promise<{ isNow: boolean; err?: unknown }> {
  const limit = new AbortController();
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => {
    limit.abort(new DOMException(`No answer within ${readyLimitMs} ms.`, 'TimeoutError'));
    resolve(false);
  }, readyLimitMs);
  try {
    const isNow = await Promise.race([Promise.try(ready, limit.signal), tooLate]);
    return limit.signal.aborted ? { isNow: false, err: limit.signal.reason } : { isNow };
  } catch (err) {
    return { isNow: false, err };
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=utf-8'): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(`${text}\n`);
}
