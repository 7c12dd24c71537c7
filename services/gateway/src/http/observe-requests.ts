import type { Logger, Metrics } from '@shotwire/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the path holds what opens something: then it is in no log. */
    secretPath?: boolean;
  }
}

interface ObserveParts {
  log: Logger;
  metrics: Metrics;
}

/**
 * Watches requests to their end: one log line each, and `http_server_duration_seconds`. Neither has the query nor any header,
 * where keys may be; the path only of routes that exist, and that have no secret in it.
 */
export function observeRequests({ log, metrics }: ObserveParts): (request: FastifyRequest, reply: FastifyReply) => void {
  const durations = metrics.histogram('http_server_duration_seconds', 'Time from request to the last byte of the answer.', [
    'method',
    'route',
    'status',
  ]);
  // These lines have no field that could hold a secret, and to look for one in each costs as much as to write it.
  const lines = log.child({}, { redact: [] });

  return (request, reply) => {
    const startedMs = performance.now();
    reply.raw.once('close', () => {
      const { method, id: requestId, account, traceparent } = request;
      const seconds = (performance.now() - startedMs) / 1000;
      const { url, config } = request.routeOptions;
      const route = url ?? 'unknown';
      const status = reply.statusCode;
      durations.observe({ method, route, status }, seconds);
      lines.info(
        {
          method,
          route,
          ...(url !== undefined && !config.secretPath && { path: request.url.split('?')[0] }),
          status,
          durationMs: Math.round(seconds * 1000),
          requestId,
          account: account || undefined,
          traceparent,
          ...(!reply.raw.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
  };
}
