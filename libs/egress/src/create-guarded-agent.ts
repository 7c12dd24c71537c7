import { isIP } from 'node:net';
import { Failure } from '@shotwire/failures';
import { Agent, buildConnector } from 'undici';
import type { Guard } from './create-guard.ts';

/**
 * An undici Agent whose every connection is dialled by the guard, IP literals included, and whose TLS is verified against
 * the URL's host, whatever the Host header says. HTTP/1.1, no redirects unless the caller adds them, no proxy variables.
 * Requests fail with the guard's Failures, or `tls_failed`. DNS and TCP together take at most `connectTimeoutMs`, and so does TLS.
 */
export function createGuardedAgent({
  guard,
  connectTimeoutMs,
  ca,
}: {
  guard: Pick<Guard, 'dial'>;
  connectTimeoutMs: number;
  /** Certificates to trust in place of the built-in ones, as PEM. */
  ca?: string;
}): Agent {
  const overTls = buildConnector({ timeout: connectTimeoutMs, allowH2: false, minVersion: 'TLSv1.2', ...(ca && { ca }) });

  // The function form: a `lookup` hook is not called for IP literals, which then pass unseen (undici issue 2019).
  const connect: buildConnector.connector = (options, callback) => {
    const { hostname, protocol } = options;
    const secure = protocol === 'https:';
    const port = Number(options.port) || (secure ? 443 : 80);
    guard.dial({ host: hostname, port, signal: AbortSignal.timeout(connectTimeoutMs) }).then(
      (socket) => {
        if (!secure) return callback(null, socket);
        // undici would take the server name from a Host header.
        const { servername: _, ...call } = { ...options, host: hostname, httpSocket: socket };
        overTls(isIP(hostname) ? call : { ...call, servername: hostname }, (...[error, wrapped]) => {
          if (error === null) callback(null, wrapped);
          else callback(tlsFailure(error), null);
        });
      },
      (error: unknown) => callback(error instanceof Failure ? error : new Failure('connection_failed', { cause: error }), null),
    );
  };
  return new Agent({ connect, allowH2: false, pipelining: 1 });
}

function tlsFailure(error: Error): Failure {
  const code = 'code' in error ? error.code : undefined;
  const lost = code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_CONNECT_TIMEOUT';
  return new Failure(lost ? 'connection_failed' : 'tls_failed', { cause: error });
}
