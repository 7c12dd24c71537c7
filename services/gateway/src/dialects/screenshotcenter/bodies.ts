import multipart from '@fastify/multipart';
import { Failure } from '@shotwire/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpLimits } from '../../http/limits.ts';

/** What a form may be: a file of URLs and the options beside it. */
const limits = {
  fileSize: httpLimits.bodyLimit,
  files: 1,
  fields: 200,
  fieldSize: 128 * 1024,
  fieldNameSize: 100,
  parts: 201,
};

/**
 * The bodies that the SDKs send, as objects: JSON, JSON that says it is text (fetch does so of a string that nobody gave a type),
 * forms, and forms with a file. Failure `malformed_body` or `body_too_large`.
 */
export function acceptBodies(scope: FastifyInstance): void {
  scope.addContentTypeParser('text/plain', { parseAs: 'string' }, async (_: FastifyRequest, body: string) => jsonOf(body));
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, async (_: FastifyRequest, body: string) =>
    collect([...new URLSearchParams(body)]),
  );
  scope.register(multipart, { limits, throwFileSizeLimit: true });
  scope.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await formOf(request);
  });
}

function jsonOf(body: string): unknown {
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Failure('malformed_body', { cause });
  }
}

async function formOf(request: FastifyRequest): Promise<unknown> {
  const said: [name: string, value: string][] = [];
  try {
    for await (const part of request.parts()) {
      const value =
        part.type === 'file'
          ? (await part.toBuffer()).toString('utf8')
          : typeof part.value === 'string'
            ? part.value
            : JSON.stringify(part.value);
      said.push([part.fieldname, value]);
    }
  } catch (cause) {
    const isTooLarge = (cause as { statusCode?: unknown }).statusCode === 413;
    if (isTooLarge) throw new Failure('body_too_large', { cause });
    throw new Failure('malformed_body', { says: 'The body is not a valid form.', cause });
  }
  return collect(said);
}

/** Fields by their names; those that are there several times as lists. */
function collect(said: readonly (readonly [name: string, value: string])[]): Readonly<Record<string, unknown>> {
  const all = Map.groupBy(said, ([name]) => name);
  return Object.fromEntries([...all].map(([name, same]) => [name, same.length === 1 ? same[0]?.[1] : same.map(([, value]) => value)]));
}
