import multipart from '@fastify/multipart';
import { Failure } from '@shotwire/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formLimits, formOf } from './form-of.ts';
import { linesOf } from './lines-of.ts';
import type { Sent } from './sent.ts';
import { tableOf } from './table-of.ts';

const readers: Readonly<Record<string, (bytes: Buffer) => Sent | Promise<Sent>>> = { 'text/csv': tableOf, 'text/plain': linesOf };
const types = ['application/json', ...Object.keys(readers), 'multipart/form-data'];

/** Lets in all that rows may come in; {@link readSent} reads it. */
export function acceptBodies(scope: FastifyInstance): void {
  for (const type of Object.keys(readers))
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, async (_: FastifyRequest, bytes: Buffer) => bytes);
  scope.addContentTypeParser('*', async () => {
    const [last = '', ...others] = types.toReversed();
    throw new Failure('unsupported_media_type', { says: `The body must be sent as ${others.toReversed().join(', ')} or ${last}.` });
  });
  scope.register(multipart, { limits: formLimits, throwFileSizeLimit: true });
}

/** What came, as the JSON would have it. Failure `validation_error`, `malformed_body` or `body_too_large`. */
export async function readSent(request: FastifyRequest): Promise<Sent> {
  if (request.isMultipart()) return formOf(request);
  const { body } = request;
  if (!Buffer.isBuffer(body)) return { body };
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return (readers[type] as (typeof readers)[string])(body);
}
