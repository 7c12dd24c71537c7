import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Failure } from '@shotwire/failures';
import { closedGuard, type Guard } from '../create-guard.ts';
import { forward, maxHeaderSize, refuse as refuseRequest } from './forward.ts';
import { createLedger, type EgressCounts, type EgressEvent, type EgressLimits, type Outcome, type Target } from './ledger.ts';
import { plainTarget, tunnelTarget } from './read-target.ts';
import { answer, tunnel } from './tunnel.ts';

/** An HTTP proxy on a loopback port, for one browser context. Disposing it ends every connection at once. */
export interface EgressProxy extends AsyncDisposable {
  /** For `--proxy-server` and `proxyServer`. */
  readonly url: string;
  readonly counts: EgressCounts;
  /** How the last attempt to reach a host and port ended; undefined when there was none. */
  outcomeOf(host: string, port: number): Outcome | undefined;
  /** The limit that was passed and ended everything, if one was. */
  overLimit(): keyof EgressLimits | undefined;
}

const generous: EgressLimits = { maxBytes: 512 * 1024 * 1024, maxRequests: 20_000, maxConnections: 512 };

/**
 * Opens a proxy that reaches nothing but what `guard` lets it reach. It takes CONNECT to any port the guard allows
 * (Chrome tunnels ws:// too) and plain HTTP in absolute form; refuses with 403, fails with 502, and answers nonsense with 400.
 * `refuse` is the caller's own filter: it names a reason to refuse a host, or undefined.
 */
export async function openProxy({
  guard,
  refuse = () => undefined,
  limits = {},
  onEvent = () => {},
}: {
  guard: Guard;
  refuse?: (host: string) => string | undefined;
  limits?: Partial<EgressLimits>;
  onEvent?: (event: EgressEvent) => void;
}): Promise<EgressProxy> {
  const names = guard.remembering();
  const closing = new AbortController();
  const clients = new Set<Socket>();
  const servers = new Set<Socket>();
  let dialling = 0;
  const ledger = createLedger({ limits: { ...generous, ...limits }, onEvent, onOverLimit: destroyAll });

  async function dial({ host, port }: Target, allowHalfOpen: boolean): Promise<Socket> {
    ledger.connections(servers.size + ++dialling);
    try {
      const socket = await names.dial({ host, port, signal: closing.signal, allowHalfOpen });
      own(servers, socket);
      if (closing.signal.aborted) socket.destroy();
      return socket;
    } finally {
      dialling--;
    }
  }

  const pool = guardedPool(true);
  const single = guardedPool(false);
  function guardedPool(keepAlive: boolean): Agent {
    const agent = new Agent({ keepAlive, maxFreeSockets: 64 });
    agent.createConnection = ({ host, port }, callback) => {
      dial({ host: String(host), port: Number(port) }, false).then(
        (socket) => callback?.(null, socket),
        // Node's types want a socket beside the error; it is not looked at.
        (error: unknown) => callback?.(Failure.from(error), undefined as never),
      );
      return undefined;
    };
    return agent;
  }

  function filtered(target: Target): boolean {
    const reason = refuse(target.host);
    if (reason !== undefined) ledger.note(target, 'filtered', reason);
    return reason !== undefined;
  }

  // Its life is as short as one capture, so no timeouts of its own that could cut a slow page.
  const server = createServer({ maxHeaderSize, requireHostHeader: false, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  server.on('connection', (socket) => own(clients, socket));
  server.on('request', (request, response) => {
    ledger.request();
    const target = plainTarget(request);
    if (!target) {
      ledger.invalid();
      return refuseRequest(response, 400, { connection: 'close' });
    }
    if (filtered(target)) return refuseRequest(response, 403);
    forward({ request, response, target, pool, single, ledger });
  });
  server.on('connect', (request, stream, head) => {
    ledger.request();
    const client = stream as Socket;
    const target = tunnelTarget(request);
    if (!target) {
      ledger.invalid();
      return answer(client, '400 Bad Request');
    }
    if (filtered(target)) return answer(client, '403 Forbidden');
    void tunnel({ target, client, head, dial, ledger });
  });
  server.on('clientError', (_error, stream) => {
    ledger.invalid();
    if (stream.writable) answer(stream as Socket, '400 Bad Request');
    else stream.destroy();
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('error', (error) => onEvent({ kind: 'error', error }));
  const closed = new Promise((resolve) => server.once('close', resolve));
  const { port } = server.address() as AddressInfo;

  function destroyAll(): void {
    closing.abort();
    server.close();
    for (const agent of [pool, single]) agent.destroy();
    for (const socket of [...clients, ...servers]) socket.destroy();
  }

  return {
    url: `http://127.0.0.1:${port}`,
    counts: ledger.counts,
    outcomeOf: ledger.outcomeOf,
    overLimit: ledger.overLimit,
    async [Symbol.asyncDispose]() {
      destroyAll();
      await closed;
    },
  };
}

/** A proxy that refuses everything: for the whole browser, so that a context that forgot its own proxy reaches nothing. */
export function openDenyAllProxy(): Promise<EgressProxy> {
  return openProxy({ guard: closedGuard, limits: { maxRequests: Number.POSITIVE_INFINITY } });
}

// Every socket has an error listener for its whole life, whoever else may listen for a while.
function own(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
}
