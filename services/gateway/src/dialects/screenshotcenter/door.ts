import type { FastifyInstance, FastifyRequest } from 'fastify';
import { admit, bearerKey } from '../../keys/admit.ts';
import { failureOf, sendProblem } from '../../problem.ts';
import { refusalOf } from './answers.ts';
import { acceptBodies } from './bodies.ts';

/** Lets in who has a key where theirs is: `key` in the query or the body, or X-API-KEY, or ours. Every no in this scope has their shape. */
export function openDoor(scope: FastifyInstance, parts: Pick<Parameters<typeof admit>[1], 'keyring' | 'requestRate'>): void {
  scope.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error), refusalOf));
  // Its hook comes first: the key may be in the body.
  acceptBodies(scope);
  admit(scope, { ...parts, sentKey, keyInBody });
}

const plain = /^[\x21-\x7e]{1,512}$/;

function sentKey(request: FastifyRequest): string | undefined {
  const { key } = request.query as { key?: unknown };
  const found = key ?? request.headers['x-api-key'] ?? bearerKey(request);
  return found === undefined || (typeof found === 'string' && plain.test(found)) ? found : '';
}

function keyInBody(body: unknown): string | undefined {
  const key = typeof body === 'object' && body !== null && 'key' in body ? body.key : undefined;
  return typeof key === 'string' && plain.test(key) ? key : undefined;
}
