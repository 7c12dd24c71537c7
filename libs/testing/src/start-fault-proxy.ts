import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { listen } from './listen.ts';

/** A TCP proxy that can misbehave on request. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:PORT`. */
  readonly url: string;
  /** How many connections it has taken so far. */
  readonly connections: number;
  /** Takes connections and bytes and passes nothing on, as a network that swallows packets. */
  pause(): void;
  /** Passes on again, beginning with what was held back. */
  resume(): void;
  /** Resets all connections that are open now; new ones are taken. */
  cut(): void;
  /** Delays every byte by this much, each way. */
  latency(ms: number): void;
}

/** More than this in flight in one direction, and the sender has to wait. */
const inFlightBytes = 1024 * 1024;

/** Starts a proxy on a free loopback port, in front of `target`. */
export async function startFaultProxy({ target }: { target: { host?: string; port: number } }): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const gate = { opened: Promise.resolve(), open: () => {}, latencyMs: 0 };
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections++;
    const upstream = connect({ host: target.host ?? '127.0.0.1', port: target.port, allowHalfOpen: true });
    forward({ from: client, to: upstream, gate });
    forward({ from: upstream, to: client, gate });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  const port = await listen(server);
  const cut = () => {
    for (const socket of sockets) reset(socket);
  };
  return {
    port,
    url: `127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    pause() {
      gate.open();
      const { promise, resolve } = Promise.withResolvers<void>();
      gate.opened = promise;
      gate.open = resolve;
    },
    resume: () => gate.open(),
    cut,
    latency(ms) {
      gate.latencyMs = ms;
    },
    async [Symbol.asyncDispose]() {
      gate.open();
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

function reset(socket: Socket): void {
  // Node 24 leaks a socket that is reset while it shuts down, and then spins at the exit of the process.
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

interface Gate {
  opened: Promise<void>;
  latencyMs: number;
}

/** Passes bytes on in order, each when its delay is over and the gate is open; the end and errors likewise. */
function forward({ from, to, gate }: { from: Socket; to: Socket; gate: Gate }): void {
  let passed = Promise.resolve();
  let waitingBytes = 0;
  const later = (act: () => void) => {
    const dueMs = performance.now() + gate.latencyMs;
    passed = passed.then(async () => {
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await pause(waitMs);
      await gate.opened;
      if (!to.destroyed) act();
    });
  };
  from.on('data', (chunk: Buffer) => {
    waitingBytes += chunk.length;
    if (waitingBytes > inFlightBytes) from.pause();
    later(() =>
      to.write(chunk, () => {
        waitingBytes -= chunk.length;
        if (waitingBytes <= inFlightBytes) from.resume();
      }),
    );
  });
  from.on('end', () => later(() => to.end()));
  from.on('error', () => later(() => reset(to)));
}
