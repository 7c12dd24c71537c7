import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hall } from './hall.ts';

interface ListenerParts {
  hall: Hall;
  listeners: number;
  signal: AbortSignal;
}

/** Opened at a time: a server that is asked by all at once is measured elsewhere. */
const openedAtOnce = 100;
const settleMs = 5_000;

/** Memory of the gateway with so many that listen to its events and hear nothing, in bytes. */
export async function measureListeners({ hall, listeners, signal }: ListenerParts): Promise<number> {
  const events = { url: `${hall.url}/api/v1/events`, headers: { ...hall.headers, accept: 'text/event-stream' } };
  const sockets: Socket[] = [];
  try {
    while (sockets.length < listeners) {
      signal.throwIfAborted();
      const few = Math.min(openedAtOnce, listeners - sockets.length);
      sockets.push(...(await Promise.all(Array.from({ length: few }, () => listen(events)))));
    }
    await sleep(settleMs, undefined, { signal });
    return (await hall.memory()).nowBytes;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function listen({ url, headers }: { url: string; headers: Readonly<Record<string, string>> }): Promise<Socket> {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [said] = await once(socket, 'data');
  if (!String(said).startsWith('HTTP/1.1 200')) throw new Error(`who listens was answered with ${String(said).slice(0, 200)}`);
  return socket.on('error', () => undefined).resume();
}
