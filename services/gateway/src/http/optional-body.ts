import type { FastifyRequest } from 'fastify';

/** For `preValidation`: a body that was left out is an empty object. */
export async function optionalBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
