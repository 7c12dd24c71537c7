import { createHash } from 'node:crypto';
import { Failure } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';

/** What makes two requests the same one. */
export interface Sameness {
  key: string;
  bodySha256: Buffer;
}

const printable = /^[\x20-\x7e]{1,255}$/;

/**
 * The Idempotency-Key of a request with what it is about: the same key on another route, or with another body, is a conflict.
 * Undefined where none was sent. Failure `validation_error`.
 */
export function idempotencyKeyOf({ headers, method, routeOptions }: FastifyRequest, body: unknown): Sameness | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !printable.test(key))
    throw new Failure('validation_error', { fields: { 'Idempotency-Key': ['must be 1 to 255 printable ASCII characters'] } });
  return { key, bodySha256: hashOf(`${method} ${routeOptions.url}`, body) };
}

/** What was not sent under a key and still has an id that others may ask for too. No client's key has a character like this. */
export function keyOfId(id: string): Sameness {
  return { key: `→ ${id}`, bodySha256: hashOf(id, null) };
}

function hashOf(what: string, body: unknown): Buffer {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body ?? null);
  return createHash('sha256').update(what).update('\n').update(bytes).digest();
}
