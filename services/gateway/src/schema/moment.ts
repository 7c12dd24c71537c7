import { Failure } from '@shotwire/failures';
import type { FieldSchema } from './field-schema.ts';

const says = 'must be a moment such as 2026-03-09T10:30:00Z';
/** RFC 3339, of years that every part of the house can write. */
const pattern = '^(\\d{4}-\\d{2}-\\d{2})T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})$';
/** The last second of the year 9999. */
const lastSecond = 253_402_300_799;

/** The schema of a field that is a moment. */
export function momentSchema(description: string): FieldSchema {
  return { type: 'string', pattern, 'x-pattern-says': says, description };
}

/** A moment as it travels, to the last digit that was given. Failure `validation_error` for one that no calendar has. */
export function momentToProto(text: string, field: string): { seconds: bigint; nanos: number } {
  const [, date = '', fraction = ''] = new RegExp(pattern).exec(text) ?? [];
  const seconds = Date.parse(text.replace(fraction, '')) / 1000;
  // Date takes the 30th of February for a day in March.
  const isDay = new Date(`${date}T00:00:00Z`).getTime() >= 0 && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  if (!isDay || !(seconds >= 0 && seconds <= lastSecond)) throw new Failure('validation_error', { fields: { [field]: [says] } });
  return { seconds: BigInt(seconds), nanos: Number(fraction.slice(1).padEnd(9, '0')) };
}
