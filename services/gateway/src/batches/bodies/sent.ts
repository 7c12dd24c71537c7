import { Failure, type FieldProblems } from '@shotwire/failures';
import { mostRows } from '../schema.ts';

/** A batch as it was sent, in whatever language, in the shape of the JSON. */
export interface Sent {
  body: unknown;
  /** What was wrong in the language itself. */
  problems?: FieldProblems;
  /** What the client calls a row, by its index. */
  nameRow?: (index: number) => string;
}

/** Failure `validation_error` when a table or a text has more rows than a batch may have, or none. */
export function refuseCount(count: number): void {
  if (count > 0 && count <= mostRows) return;
  const most = mostRows.toLocaleString('en');
  throw new Failure('validation_error', {
    fields: { rows: [count === 0 ? `must be from 1 to ${most}; here is none` : `must be from 1 to ${most}; here are more`] },
  });
}

/** Bytes as text, without the mark that some editors put before it. Failure `malformed_body` for what is not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure('malformed_body', { says: 'The body is not text in UTF-8.', cause });
  }
}
