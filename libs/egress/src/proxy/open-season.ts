import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Guard } from '../create-guard.ts';
import type { Upstream } from '../parse-upstream.ts';
import { forward, refuse as refuseRequest } from './forward.ts';
import { createLedger, type EgressEvent, type EgressLimits, type Ledger, type Target } from './ledger.ts';
import { openLines } from './open-lines.ts';
import { plainTarget, tunnelTarget } from './read-target.ts';
import { directRoute, upstreamRoute } from './route.ts';
import { answer, tunnel } from './tunnel.ts';

/** What holds for one capture. */
export interface EgressTerms {
  /** The caller's own filter: names a reason to refuse a host, or undefined. */
  refuse?: (host: string) => string | undefined;
  /** Each one that is not given is generous. */
  limits?: Partial<EgressLimits>;
  /** The caller's own proxy: a stranger's address like any other, through which everything then goes. */
  upstream?: Upstream;
}

/** One capture's share of a proxy's life: its books, its connections, the addresses that its names have. */
export interface Season {
  readonly ledger: Ledger;
  /** Makes a browser's connection its own, to be ended with it. */
  adopt(client: Socket): void;
  request(request: IncomingMessage, response: ServerResponse): void;
  connect(request: IncomingMessage, client: Socket, head: Buffer): void;
  /** Ends every connection at once. What still comes of them is written into these books and no others. */
  end(): void;
}

const generous: EgressLimits = { maxBytes: 512 * 1024 * 1024, maxRequests: 20_000, maxConnections: 512 };

/** Begins a season. `onOverLimit` is called once, when the first limit is passed. */
export function openSeason({
  guard,
  terms: { refuse = () => undefined, limits = {}, upstream },
  onEvent,
  onOverLimit,
}: {
  guard: Guard;
  terms: EgressTerms;
  onEvent: (event: EgressEvent) => void;
  onOverLimit: () => void;
}): Season {
  const names = guard.remembering();
  const ending = new AbortController();
  const clients = new Set<Socket>();
  const servers = new Set<Socket>();
  let dialling = 0;
  const ledger = createLedger({ limits: { ...generous, ...limits }, onEvent, onOverLimit });

  async function dial({ host, port }: Target, allowHalfOpen: boolean): Promise<Socket> {
    ledger.connections(servers.size + ++dialling);
    try {
      const socket = await names.dial({ host, port, signal: ending.signal, allowHalfOpen });
      own(servers, socket);
      if (ending.signal.aborted) socket.destroy();
      return socket;
    } finally {
      dialling--;
    }
  }

  const route = upstream ? upstreamRoute({ upstream, dial, guard: names, signal: ending.signal }) : directRoute(dial);
  const lines = openLines(route.openHop);

  function filtered(target: Target): boolean {
    const reason = refuse(target.host);
    if (reason !== undefined) ledger.note(target, 'filtered', reason);
    return reason !== undefined;
  }

  return {
    ledger,
    adopt: (client) => own(clients, client),
    request(request, response) {
      ledger.request();
      const target = plainTarget(request);
      if (!target) {
        ledger.invalid();
        return refuseRequest(response, 400, { connection: 'close' });
      }
      if (filtered(target)) return refuseRequest(response, 403);
      forward({ request, response, target, route, lines, ledger });
    },
    connect(request, client, head) {
      ledger.request();
      const target = tunnelTarget(request);
      if (!target) {
        ledger.invalid();
        return answer(client, '400 Bad Request');
      }
      if (filtered(target)) return answer(client, '403 Forbidden');
      void tunnel({ target, client, head, open: route.openTunnel, ledger });
    },
    end() {
      ending.abort();
      for (const socket of [...clients, ...servers]) socket.destroy();
    },
  };
}

// Every socket has an error listener for its whole life, whoever else may listen for a while.
function own(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
}
