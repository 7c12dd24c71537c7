import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../../keys/api-key.ts';
import { type Parameters, parametersOf } from './parameters.ts';

/** A call as its answer sees it. */
export interface Call {
  parameters: Parameters;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Answers a call of theirs, by GET and by POST, as they take both. HEAD is none: it would make and delete things. */
export function answerCall(scope: FastifyInstance, path: string, needs: Scope, answer: (call: Call) => Promise<unknown>): void {
  scope.route({
    method: ['GET', 'POST'],
    url: path,
    exposeHeadRoute: false,
    // Their API is not of our document.
    schema: { hide: true },
    config: { scope: needs },
    handler: async (request, reply) => answer({ parameters: parametersOf(request), request, reply }),
  });
}
