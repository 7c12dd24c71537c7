import { request as openRequest } from 'node:http';
import type { Socket } from 'node:net';
import { Failure } from '@shotwire/failures';
import { usualPort } from '../allow-entry.ts';
import type { Decision, Guard } from '../create-guard.ts';
import type { Upstream } from '../parse-upstream.ts';
import type { Target } from './ledger.ts';
import { maxHeaderSize } from './open-lines.ts';
import { authority } from './read-target.ts';

/** How targets are reached. Everything here throws the guard's Failures, or the reason of the season's end. */
export interface Route {
  /** Judges a target before anything is said about it to anybody; undefined where dialling it is the judgement. */
  judge?(target: Target): Promise<void>;
  /** A socket on which the target itself is spoken to. */
  openTunnel(target: Target): Promise<Socket>;
  /** A socket to where plain requests for a target are sent. */
  openHop(hop: Target): Promise<Socket>;
  /** Where plain requests for a target are sent. */
  hopOf(target: Target): Target;
  /** What stands in the first line of a plain request there. */
  pathOf(target: Target & { path: string }): string;
  /** Headers that plain requests carry there, as name, value, … */
  readonly headers: readonly string[];
  /** Whether a status is no answer of the target but a refusal on the way. */
  refusedBy(status: number): boolean;
}

type Dial = (target: Target, allowHalfOpen: boolean) => Promise<Socket>;

// How long an upstream may take to reach a target.
const connectTimeoutMs = 20_000;

/** Every target is dialled itself. */
export function directRoute(dial: Dial): Route {
  return {
    openTunnel: (target) => dial(target, true),
    openHop: (hop) => dial(hop, false),
    hopOf: (target) => target,
    pathOf: ({ path }) => path,
    headers: [],
    refusedBy: () => false,
  };
}

/** Every target is reached through the caller's proxy, which is itself a stranger's address. */
export function upstreamRoute({
  upstream,
  dial,
  guard,
  signal,
}: {
  upstream: Upstream;
  dial: Dial;
  guard: Guard;
  signal: AbortSignal;
}): Route {
  const headers = proxyAuthorization(upstream);
  const decisions = new Map<string, Promise<Decision>>();

  async function judge({ host, port }: Target): Promise<void> {
    const key = `${host} ${port}`;
    // A name that we cannot resolve is asked for once, not again for each request.
    const deciding = decisions.get(key) ?? guard.decide(host, port, signal);
    decisions.set(key, deciding);
    const decision = await deciding;
    if (decision.kind === 'blocked') throw blocked(decision.reason);
    if (decision.kind === 'dns_failed' && !usualPort(port)) throw blocked('port');
  }

  // That the upstream's name does not resolve says nothing about the target's.
  async function dialUpstream(allowHalfOpen: boolean): Promise<Socket> {
    try {
      return await dial(upstream, allowHalfOpen);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Failure && error.kind === 'blocked_url') throw error;
      throw failed(error instanceof Error ? `upstream: ${error.message}` : 'upstream');
    }
  }

  return {
    judge,
    async openTunnel(target) {
      await judge(target);
      const socket = await dialUpstream(true);
      try {
        return await askForTunnel({ socket, target, headers, signal });
      } catch (error) {
        socket.destroy();
        throw error;
      }
    },
    openHop: () => dialUpstream(false),
    hopOf: () => upstream,
    pathOf: (target) => `http://${authority(target, 80)}${target.path}`,
    headers,
    refusedBy: (status) => status === 407,
  };
}

async function askForTunnel({
  socket,
  target,
  headers,
  signal,
}: {
  socket: Socket;
  target: Target;
  headers: readonly string[];
  signal: AbortSignal;
}): Promise<Socket> {
  const name = authority(target, undefined);
  const status = await new Promise<number>((resolve, reject) => {
    const request = openRequest({
      method: 'CONNECT',
      path: name,
      headers: ['Host', name, ...headers],
      createConnection: () => socket,
      maxHeaderSize,
      signal: AbortSignal.any([signal, AbortSignal.timeout(connectTimeoutMs)]),
    });
    request.once('connect', (response, _socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(response.statusCode ?? 0);
    });
    request.on('error', reject);
    request.once('close', () => reject(new Error('The upstream closed the connection without an answer.')));
    request.end();
  });
  if (status < 200 || status > 299) throw failed(`upstream answered ${status}`);
  return socket;
}

function proxyAuthorization({ username, password }: Upstream): string[] {
  if (username === undefined && password === undefined) return [];
  return ['Proxy-Authorization', `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`];
}

const blocked = (reason: string) => new Failure('blocked_url', { cause: new Error(reason) });
const failed = (reason: string) => new Failure('connection_failed', { cause: new Error(reason) });
