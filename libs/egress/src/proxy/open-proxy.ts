import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closedGuard, type Guard } from '../create-guard.ts';
import type { EgressCounts, EgressEvent, EgressLimits, Outcome } from './ledger.ts';
import { maxHeaderSize } from './open-lines.ts';
import { type EgressTerms, openSeason, type Season } from './open-season.ts';
import { answer } from './tunnel.ts';

/** An HTTP proxy on a loopback port, for one browser context. Disposing it ends every connection at once. */
export interface EgressProxy extends AsyncDisposable {
  /** For `--proxy-server` and `proxyServer`. The same for its whole life. */
  readonly url: string;
  /** What has passed since the last renewal. What was read before it keeps the old figures. */
  readonly counts: EgressCounts;
  /** How the last attempt to reach a host and port ended; undefined when there was none since the last renewal. */
  outcomeOf(host: string, port: number): Outcome | undefined;
  /** The limit that was passed and ended everything, if one was. */
  overLimit(): keyof EgressLimits | undefined;
  /**
   * Begins a new capture on the same port: new books, new terms, no remembered address, and every connection of the last capture
   * ended, the browser's own to this proxy included. False when the proxy is finished, by a limit passed or by its disposal;
   * it then refuses connections and must be replaced. The browser has to have left the last page before.
   */
  renew(terms: EgressTerms): boolean;
}

/**
 * Opens a proxy that reaches nothing but what `guard` lets it reach. It takes CONNECT to any port the guard allows
 * (Chrome tunnels ws:// too) and plain HTTP in absolute form; refuses with 403, fails with 502, and answers nonsense with 400.
 * `onEvent` hears of the current capture only.
 */
export async function openProxy({
  guard,
  onEvent = () => {},
  ...terms
}: EgressTerms & {
  guard: Guard;
  onEvent?: (event: EgressEvent) => void;
}): Promise<EgressProxy> {
  // A connection belongs to the season in which it came: nothing that is still heard of it counts for a later one.
  const seasonOf = new WeakMap<Duplex, Season>();
  let season = begin(terms);

  function begin(terms: EgressTerms): Season {
    const begun = openSeason({
      guard,
      terms,
      onEvent: (event) => begun === season && onEvent(event),
      onOverLimit: () => begun === season && finish(),
    });
    return begun;
  }

  // Its life is as short as its browser context's, so no timeouts of its own that could cut a slow page.
  const server = createServer({ maxHeaderSize, requireHostHeader: false, keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  server.on('connection', (socket) => {
    seasonOf.set(socket, season);
    season.adopt(socket);
  });
  server.on('request', (request, response) => seasonOf.get(request.socket)?.request(request, response));
  server.on('connect', (request, stream, head) => seasonOf.get(stream)?.connect(request, stream as Socket, head));
  server.on('clientError', (_error, stream) => {
    seasonOf.get(stream)?.ledger.invalid();
    if (stream.writable) answer(stream as Socket, '400 Bad Request');
    else stream.destroy();
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.on('error', (error) => onEvent({ kind: 'error', error }));
  const closed = new Promise((resolve) => server.once('close', resolve));
  const { port } = server.address() as AddressInfo;

  function finish(): void {
    server.close();
    season.end();
  }

  return {
    url: `http://127.0.0.1:${port}`,
    get counts() {
      return season.ledger.counts;
    },
    outcomeOf: (host, port) => season.ledger.outcomeOf(host, port),
    overLimit: () => season.ledger.overLimit(),
    renew(terms) {
      if (!server.listening) return false;
      season.end();
      season = begin(terms);
      return true;
    },
    async [Symbol.asyncDispose]() {
      finish();
      await closed;
    },
  };
}

/** A proxy that refuses everything: for the whole browser, so that a context that forgot its own proxy reaches nothing. */
export function openDenyAllProxy(): Promise<EgressProxy> {
  return openProxy({ guard: closedGuard, limits: { maxRequests: Number.POSITIVE_INFINITY } });
}
