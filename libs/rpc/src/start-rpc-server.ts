import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Logger, Metrics, RandomBytes } from '@shotwire/telemetry';
import { answerCall } from './answer-call.ts';
import type { BoundService } from './bind.ts';
import { createHealth, type RpcHealth } from './create-health.ts';
import { defaultGraceMs, keepalive, maxMessageBytes } from './limits.ts';
import { observeCalls } from './observe-calls.ts';
import { serviceDefinition } from './service-definition.ts';

interface RpcServerParts {
  /** `host:port`; port 0 takes a free one. */
  address: string;
  services: readonly BoundService[];
  log: Logger;
  metrics: Metrics;
  /** An id for a call that came without one. */
  newRequestId: () => string;
  randomBytes?: RandomBytes;
  /** How long closing waits for the calls in hand before it cuts them off; 5 s unless given. */
  graceMs?: number;
}

/** A running server. Disposing it tells its watchers, lets the calls in hand finish, then cuts off what remains. */
export interface RpcServer extends AsyncDisposable {
  /** `host:port` with the real port. */
  readonly address: string;
  readonly port: number;
  readonly health: RpcHealth;
}

/** Serves the services, and grpc.health.v1 for them. Rejects when it cannot listen on the address. */
export async function startRpcServer(parts: RpcServerParts): Promise<RpcServer> {
  const { address, services, log, metrics, newRequestId, randomBytes = nodeRandomBytes, graceMs = defaultGraceMs } = parts;
  const { health, bound, end } = createHealth(services.map(({ service }) => service.typeName));
  const server = new Server({
    interceptors: [observeCalls({ log, metrics, newRequestId })],
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    // Clients look names up again only when a connection ends, so connections end now and then for new replicas to be found.
    'grpc.max_connection_age_ms': 60_000,
    'grpc.max_connection_age_grace_ms': 150_000,
    ...keepalive,
  });
  for (const { service, implementation } of [bound, ...services]) {
    const handlers = service.methods.map((method) => {
      const implement = implementation[method.localName];
      if (implement === undefined) throw new TypeError(`${service.typeName} has no implementation of ${method.localName}`);
      return [method.name, answerCall(method, implement.bind(implementation), { log, randomBytes })];
    });
    server.addService(serviceDefinition(service), Object.fromEntries(handlers));
  }

  const port = await listen(server, address);
  return {
    address: `${address.slice(0, address.lastIndexOf(':'))}:${port}`,
    port,
    health,
    async [Symbol.asyncDispose]() {
      end();
      await shutDown(server, graceMs);
    },
  };
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

async function shutDown(server: Server, graceMs: number): Promise<void> {
  const finished = new AbortController();
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const late = delay(graceMs, undefined, { signal: finished.signal }).catch(() => {});
  await Promise.race([closed, late]);
  finished.abort();
  server.forceShutdown();
  await closed;
}
