import { Failure } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { unfitTexts } from '../schema/unfit-texts.ts';
import type { Parameters } from './option.ts';

/** Deeper than anything that is asked for. */
const DEEPEST = 4;

/**
 * The options of a request, from its query and its body; the body's go before the query's. What is empty counts as absent, and what
 * stands for the asker is none of them. Failure `validation_error` for a body that is no object, or one that nobody can keep.
 */
export function parametersOf({ query, body }: Pick<FastifyRequest, 'query' | 'body'>, asker: readonly string[] = []): Parameters {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body)))
    throw new Failure('validation_error', { fields: { body: ['must be a JSON object'] } });
  const said = [...Object.entries(query as object), ...Object.entries(body ?? {})];
  const parameters = Object.fromEntries(
    said.filter(([name, value]) => !asker.includes(name) && value !== undefined && value !== null && value !== ''),
  );
  if (isDeep(parameters, DEEPEST)) throw new Failure('validation_error', { fields: { body: [`must be at most ${DEEPEST} levels deep`] } });
  const unfit = unfitTexts(parameters);
  if (Object.keys(unfit).length > 0) throw new Failure('validation_error', { fields: unfit });
  return parameters;
}

function isDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => isDeep(inner, left - 1));
}
