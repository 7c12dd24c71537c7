import type { CallContext } from '@shotwire/rpc';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** W3C Trace Context: this service's step of the request. */
    traceparent: string;
  }
}

/** What a request hands on to the services behind. */
export function callContext(request: FastifyRequest): Pick<CallContext, 'requestId' | 'traceparent' | 'account'> {
  return { requestId: request.id, traceparent: request.traceparent, account: request.account };
}

/** Aborts when the client goes away before it has its answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
