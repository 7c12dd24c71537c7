import type { FastifyHttpOptions } from 'fastify';

/** How long and how much a client may take. All in milliseconds and bytes. */
export const httpLimits = {
  /** A connection on which nothing moves. A request that waits for its answer longer than this is cut off. */
  connectionTimeout: 150_000,
  /** From the first byte of a request to the last byte of its body. */
  requestTimeout: 30_000,
  /** Between two requests; longer than the usual 60 s of load balancers, so that they hang up first. */
  keepAliveTimeout: 72_000,
  bodyLimit: 8 * 1024 * 1024,
  // A link holds all of its options.
  routerOptions: { maxParamLength: 8_000 },
  http: {
    headersTimeout: 10_000,
    maxHeaderSize: 16 * 1024,
    connectionsCheckingInterval: 5_000,
    // Node would answer by itself, with an empty body; the host is not looked at here.
    requireHostHeader: false,
  },
} satisfies Pick<
  FastifyHttpOptions<never>,
  'connectionTimeout' | 'requestTimeout' | 'keepAliveTimeout' | 'bodyLimit' | 'routerOptions' | 'http'
>;
