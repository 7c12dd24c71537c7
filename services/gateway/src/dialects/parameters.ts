import { Failure } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import type { Parameters } from './option.ts';

/**
 * The options of a request, from its query and its body; the body's go before the query's. What is empty counts as absent, and what
 * stands for the asker is none of them. Failure `validation_error` for a body that is no object.
 */
export function parametersOf({ query, body }: Pick<FastifyRequest, 'query' | 'body'>, asker: readonly string[] = []): Parameters {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body)))
    throw new Failure('validation_error', { fields: { body: ['must be a JSON object'] } });
  const said = [...Object.entries(query as object), ...Object.entries(body ?? {})];
  return Object.fromEntries(said.filter(([name, value]) => !asker.includes(name) && value !== undefined && value !== null && value !== ''));
}
