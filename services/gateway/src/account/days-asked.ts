import { Failure } from '@shotwire/failures';
import { type FieldSchema, objectSchema } from '../schema/field-schema.ts';

/** A query that keeps to its schema. */
export interface UsageQuery {
  from?: string;
  to?: string;
}

const day = (description: string): FieldSchema => ({
  type: 'string',
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  'x-pattern-says': 'must be a day such as 2026-03-09',
  description,
});

/** The query of the usage. */
export const usageSchema = objectSchema({
  from: day('The first day, in UTC; 29 days before the last when not given.'),
  to: day('The last day, in UTC; today when not given.'),
});

const dayMs = 86_400_000;
const mostDays = 366;

/** The days that a query is about, one by one. Failure `validation_error`. */
export function daysAsked({ from, to }: UsageQuery, nowMs: number): string[] {
  const lastMs = msOf(to) ?? Math.floor(nowMs / dayMs) * dayMs;
  const firstMs = msOf(from) ?? lastMs - 29 * dayMs;
  const problems: Record<string, readonly string[]> = {};
  for (const [name, text] of Object.entries({ from, to }))
    if (Number.isNaN(msOf(text))) problems[name] = ['must be a day such as 2026-03-09'];
  if (firstMs > lastMs) problems.from = ['must not be after to'];
  if (lastMs - firstMs >= mostDays * dayMs) problems.from = [`must be at most ${mostDays - 1} days before to`];
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  return Array.from({ length: (lastMs - firstMs) / dayMs + 1 }, (_, at) => textOf(firstMs + at * dayMs));
}

/** Midnight of a day; NaN for the 30th of February and its kin, which Date would take for days in March. */
function msOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || textOf(ms) !== text ? Number.NaN : ms;
}

function textOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
