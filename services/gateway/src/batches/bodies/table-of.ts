import { Readable } from 'node:stream';
import { Failure } from '@shotwire/failures';
import { CsvError, parse } from 'csv-parse';
import type { FieldSchema } from '../../schema/field-schema.ts';
import { valueOfText } from '../../schema/value-of-text.ts';
import { collectProblems } from '../problems.ts';
import { mostRows, rowSchema } from '../schema.ts';
import { refuseCount, type Sent, textOf } from './sent.ts';

/** What is read at once; others have the processor in between. */
const chunkBytes = 64 * 1024;
/** What is said of a column that has a long name. */
const longestName = 100;

interface Column {
  name: string;
  schema: FieldSchema;
}

/**
 * A table (CSV, RFC 4180) whose first row names options. An empty cell says nothing; lists and objects are JSON in their cell.
 * Failure `validation_error` or `malformed_body`.
 */
export async function tableOf(bytes: Uint8Array): Promise<Sent> {
  // Where it is no text there is no cell to point at.
  textOf(bytes);
  const nameRow = (index: number) => `rows[${index + 1}]`;
  const problems = collectProblems({});
  const requests: Record<string, unknown>[] = [];
  let columns: Column[] | undefined;
  for await (const cells of recordsOf(bytes)) {
    if (!columns) {
      columns = columnsOf(cells);
      continue;
    }
    const place = nameRow(requests.length);
    if (cells.slice(columns.length).some((cell) => cell !== '')) problems.add({ [place]: ['has more cells than the first row has names'] });
    requests.push(requestOf(cells, columns));
    if (requests.length > mostRows) break;
  }
  refuseCount(requests.length);
  return { body: { requests }, problems: problems.fields, nameRow };
}

function requestOf(cells: readonly string[], columns: readonly Column[]): Record<string, unknown> {
  const said = columns.flatMap(({ name, schema }, at) => (cells[at] ? [[name, valueOfText(cells[at], schema)] as const] : []));
  return Object.fromEntries(said);
}

function columnsOf(names: readonly string[]): Column[] {
  const known = rowSchema.properties;
  const unknown = names.filter((name) => !Object.hasOwn(known, name)).map((name) => name.slice(0, longestName));
  const twice = names.filter((name, at) => names.indexOf(name) < at && !unknown.includes(name));
  const problems = [
    ...(names.includes('url') ? [] : ['has no url among its names']),
    ...(twice.length > 0 ? [`has names twice: ${twice.slice(0, 10).join(', ')}`] : []),
    ...(unknown.length > 0
      ? [`has names that are none of an option: ${unknown.slice(0, 10).join(', ')}; known are ${Object.keys(known).join(', ')}`]
      : []),
  ];
  if (problems.length > 0) throw new Failure('validation_error', { fields: { header: problems } });
  return names.map((name) => ({ name, schema: known[name] as FieldSchema }));
}

async function* recordsOf(bytes: Uint8Array): AsyncGenerator<string[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const parser = parse({
    bom: true,
    trim: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
  });
  try {
    yield* Readable.from(chunks).pipe(parser);
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const { lines } = thrown as { lines?: number };
    const where = lines === undefined ? '' : ` near line ${lines}`;
    throw new Failure('malformed_body', { says: `The table is not valid CSV: a quote is wrong${where}.`, cause: thrown });
  }
}
