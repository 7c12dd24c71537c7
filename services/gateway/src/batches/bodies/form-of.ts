import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { FastifyRequest } from 'fastify';
import { httpLimits } from '../../http/limits.ts';
import { valuesOfTexts } from '../../schema/value-of-text.ts';
import { collectProblems } from '../problems.ts';
import { commonSchema } from '../schema.ts';
import { linesOf } from './lines-of.ts';
import type { Sent } from './sent.ts';
import { tableOf } from './table-of.ts';

/** What a form may be: a file, and what holds for all its rows. One file more is read, to say that it is one too many. */
export const formLimits = {
  fileSize: httpLimits.bodyLimit,
  files: 2,
  fields: 200,
  fieldSize: 512 * 1024,
  fieldNameSize: 100,
  parts: 202,
};

const readers: Readonly<Record<string, (bytes: Uint8Array) => Sent | Promise<Sent>>> = { csv: tableOf, txt: linesOf };

/** A form with a file of rows. Failure `validation_error`, `malformed_body` or `body_too_large`. */
export async function formOf(request: FastifyRequest): Promise<Sent> {
  if (Number(request.headers['content-length'] ?? 0) > httpLimits.bodyLimit) throw new Failure('body_too_large');
  const problems = collectProblems({});
  const fields = new Map<string, string[]>();
  const files: { kind: string; bytes: Buffer }[] = [];
  let left = httpLimits.bodyLimit;
  for await (const { name, said, kind } of partsOf(request)) {
    left -= said.length;
    if (left < 0) throw new Failure('body_too_large');
    if (typeof said === 'string') {
      if (Object.hasOwn(commonSchema.properties, name)) fields.set(name, [...(fields.get(name) ?? []), said]);
      else problems.add({ [name]: [name === 'file' ? 'must be a file' : 'is unknown'] });
    } else if (name !== 'file') problems.add({ [name]: ['is a file, and the only one may be called file'] });
    else files.push({ kind, bytes: said });
  }
  problems.add(whatIsWrongWith(files.map(({ kind }) => kind)));
  problems.refuse();
  const [{ kind, bytes } = { kind: '', bytes: Buffer.alloc(0) }] = files;
  const texts = Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
  const sent = await (readers[kind] as (typeof readers)[string])(bytes);
  return { ...sent, body: { ...valuesOfTexts(texts, commonSchema), ...(sent.body as object) } };
}

function whatIsWrongWith(kinds: readonly string[]): FieldProblems {
  if (kinds.length === 0) return { file: ['is required: a .csv or a .txt file'] };
  if (kinds.length > 1) return { file: ['must be one file'] };
  return Object.hasOwn(readers, kinds[0] ?? '') ? {} : { file: ['must be a .csv or a .txt file'] };
}

/** What a file is, by its name, or by its type where the name does not say. */
function kindOf({ filename, mimetype }: MultipartFile): string {
  const [, extension] = /\.(\w+)$/.exec(filename ?? '') ?? [];
  return extension?.toLowerCase() ?? { 'text/csv': 'csv', 'text/plain': 'txt' }[mimetype] ?? '';
}

interface Part {
  name: string;
  /** The text of a field, the bytes of a file. */
  said: string | Buffer;
  /** Of a file. */
  kind: string;
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<Part> {
  try {
    for await (const part of request.parts()) {
      const { fieldname: name } = part;
      if (part.type === 'file') yield { name, said: await part.toBuffer(), kind: kindOf(part) };
      else yield { name, said: textOfField(part as MultipartValue & { valueTruncated: boolean }), kind: '' };
    }
  } catch (thrown) {
    throw formFailure(thrown);
  } finally {
    // What is still to come goes nowhere: the parser would keep it.
    request.raw.unpipe().resume();
  }
}

function textOfField({ value, valueTruncated }: MultipartValue & { valueTruncated: boolean }): string {
  if (valueTruncated) throw new Failure('body_too_large');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function formFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { code, statusCode } = thrown as { code?: unknown; statusCode?: unknown };
  if (code === 'FST_FILES_LIMIT') return new Failure('validation_error', { fields: { file: ['must be one file'] }, cause: thrown });
  if (code === 'FST_FIELDS_LIMIT' || code === 'FST_PARTS_LIMIT')
    return new Failure('validation_error', { fields: { body: [`must have at most ${formLimits.fields} fields`] }, cause: thrown });
  if (statusCode === 413) return new Failure('body_too_large', { cause: thrown });
  return new Failure('malformed_body', { says: 'The body is not a valid form.', cause: thrown });
}
