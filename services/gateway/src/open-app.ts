import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

interface OpenAppParts {
  app: FastifyInstance;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** How long closing waits for the requests in hand before it cuts them off. */
  graceMs: number;
}

/** Lets the app listen. Disposing stops listening, lets the requests in hand finish, then cuts off what remains. */
export async function openApp({ app, host, port, graceMs }: OpenAppParts): Promise<AsyncDisposable & { readonly port: number }> {
  await app.listen({ host, port });
  return {
    port: (app.server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      // A connection that has had its answer after the closing began would be kept alive.
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      const late = setTimeout(() => app.server.closeAllConnections(), graceMs);
      try {
        await app.close();
      } finally {
        clearInterval(idle);
        clearTimeout(late);
      }
    },
  };
}
