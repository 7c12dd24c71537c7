import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createGuard, createResolver, type EgressEvent, type EgressProxy, type EgressTerms, openProxy, parseAllowEntry } from '../index.ts';

/** What came back through a proxy. */
export interface Reply {
  status: number | undefined;
  rawHeaders: string[];
  body: string;
}

/** Ways to speak to a proxy as a browser would, and as it would not. */
interface Talk {
  open(): Socket;
  /** Sends a plain request for a URL. Rejects when the connection breaks before the answer is complete. */
  fetch(url: string, given?: { method?: string; headers?: object; body?: string }): Promise<Reply>;
  /** Asks for a tunnel; the socket and the answer's head. Bytes sent `ahead` do not wait for the answer. */
  tunnel(target: string, ahead?: string): Promise<{ socket: Socket; head: string }>;
  /** Sends bytes as they are; everything that comes back until the end. */
  say(text: string): Promise<string>;
}

/** A proxy whose guard lets everything on 127.0.0.1 pass, and ways to speak to it. */
export async function openTestProxy({
  dns,
  allow = ['127.0.0.1/32'],
  ...terms
}: EgressTerms & {
  dns?: string;
  allow?: string[];
} = {}) {
  const events: EgressEvent[] = [];
  const guard = createGuard({
    allow: allow.map((entry) => parseAllowEntry(entry) ?? assert.fail(entry)),
    resolver: createResolver({ servers: dns ? [dns] : [], timeoutMs: 500, tries: 1 }),
    ownAddresses: () => [],
  });
  const proxy = await openProxy({ guard, onEvent: (event) => events.push(event), ...terms });
  return { ...talkTo(proxy), proxy, events, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
}

/** Opens no connection until it is asked to. */
export function talkTo(proxy: EgressProxy): Talk {
  const { hostname: host, port } = new URL(proxy.url);

  function open(): Socket {
    const socket = connect({ host, port: Number(port), allowHalfOpen: true });
    socket.on('error', () => {});
    return socket;
  }

  return {
    open,
    async fetch(
      url: string,
      { method = 'GET', headers = {}, body }: { method?: string; headers?: object; body?: string } = {},
    ): Promise<Reply> {
      const request = openRequest({ host, port, method, path: url, headers: { host: new URL(url).host, ...headers }, agent: false });
      request.on('error', () => {});
      request.end(body);
      const [response] = await once(request, 'response');
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      return { status: response.statusCode, rawHeaders: response.rawHeaders, body: Buffer.concat(chunks).toString() };
    },
    async tunnel(target, ahead = '') {
      const socket = open();
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n${ahead}`);
      const [head] = await once(socket, 'data');
      return { socket, head: String(head) };
    },
    async say(text) {
      const socket = open();
      socket.end(text);
      return textOf(socket);
    },
  };
}

/** All that a socket still receives, up to its end or break. */
export async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  if (!socket.closed) await new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  return text;
}
