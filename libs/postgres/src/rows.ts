import type { Transaction } from './open-postgres.ts';

/** What a statement may be bound to. Objects and arrays bound as jsonb must be stringified by the caller. */
export type Binding = string | number | boolean | null | Buffer | readonly string[] | readonly number[];

/** Runs one statement with named bindings (`:name`) and gives its rows. */
export async function rows<Row>(trx: Transaction, sql: string, bindings: Readonly<Record<string, Binding>> = {}): Promise<Row[]> {
  const result: { rows: Row[] } = await trx.raw(sql, bindings as never);
  return result.rows;
}

/** Runs one statement and gives its only row, or undefined. */
export async function row<Row>(trx: Transaction, sql: string, bindings: Readonly<Record<string, Binding>> = {}): Promise<Row | undefined> {
  return (await rows<Row>(trx, sql, bindings))[0];
}

/** Runs one statement and gives the number of rows it touched. */
export async function touch(trx: Transaction, sql: string, bindings: Readonly<Record<string, Binding>> = {}): Promise<number> {
  const result: { rowCount: number } = await trx.raw(sql, bindings as never);
  return result.rowCount;
}
