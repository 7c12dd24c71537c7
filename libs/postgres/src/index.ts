export type { Migration } from './migrate.ts';
export { openPostgres, type Postgres, type Transaction } from './open-postgres.ts';
export { persist } from './persist.ts';
export { type Binding, row, rows, touch } from './rows.ts';
export { postgresSettings } from './settings.ts';
