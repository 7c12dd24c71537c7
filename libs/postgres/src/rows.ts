import { createHash } from 'node:crypto';
import type { Transaction } from './open-postgres.ts';
import { failureFromPostgres } from './postgres-errors.ts';

/** What a statement may be bound to. Objects and arrays bound as jsonb must be stringified by the caller. */
export type Binding = string | number | boolean | null | Buffer | readonly (string | number | boolean | Buffer | null)[];

type Bindings = Readonly<Record<string, Binding>>;

/**
 * Runs one statement with named bindings (`:name`) and gives its rows. Throws Failure, as row and touch do.
 * A binding must not bear the name of a type that the statement casts to: `::text` would be taken for `:text`.
 */
export async function rows<Row>(trx: Transaction, sql: string, bindings: Bindings = {}): Promise<Row[]> {
  return (await run(trx, sql, bindings)).rows as Row[];
}

/** Runs one statement and gives its only row, or undefined. */
export async function row<Row>(trx: Transaction, sql: string, bindings: Bindings = {}): Promise<Row | undefined> {
  return (await rows<Row>(trx, sql, bindings))[0];
}

/** Runs one statement and gives the number of rows it touched. */
export async function touch(trx: Transaction, sql: string, bindings: Bindings = {}): Promise<number> {
  return (await run(trx, sql, bindings)).rowCount;
}

async function run(trx: Transaction, sql: string, bindings: Bindings): Promise<{ rows: unknown[]; rowCount: number }> {
  try {
    return await trx.raw(sql, bindings as never).options(prepared(sql));
  } catch (thrown) {
    throw failureFromPostgres(thrown);
  }
}

/** Statements that a connection keeps ready, at most: ours are fewer, and what is made up as it goes must not fill its memory. */
const MOST_PREPARED = 500;
const names = new Map<string, { name: string }>();

/** A statement is parsed and planned once for each connection: for the larger of ours that takes longer than running them. */
function prepared(sql: string): { name?: string } {
  const known = names.get(sql);
  if (known || names.size >= MOST_PREPARED) return known ?? {};
  const made = { name: createHash('sha1').update(sql).digest('hex') };
  names.set(sql, made);
  return made;
}
