import type { Knex } from 'knex';

/** One step of a schema's history: append-only, never edited. Its statements run in one transaction. */
export interface Migration {
  /** Sorts by its number, such as 001-screenshots. */
  readonly name: string;
  up(trx: Knex): Promise<void>;
}

/**
 * Brings a schema up to date, over two connections. One lock a schema makes replicas that start together take turns.
 * Knex keeps the list of what has run; its own lock would outlive a killed process, so it is freed under ours.
 */
export async function migrate(db: Knex, schema: string, migrations: readonly Migration[]): Promise<void> {
  await db.transaction(async (guard) => {
    await guard.raw("select pg_advisory_xact_lock(hashtext('shotwire.migrate'), hashtext(?))", [schema]);
    await db.raw('create schema if not exists ??', [schema]);
    const config: Knex.MigratorConfig = {
      schemaName: schema,
      tableName: 'migrations',
      // While a new version is rolled out, replicas of the old one may start too.
      disableMigrationsListValidation: true,
      migrationSource: {
        getMigrations: async () => [...migrations],
        getMigrationName: ({ name }: Migration) => name,
        getMigration: async ({ up }: Migration) => ({ up, down: async () => undefined }),
      },
    };
    await db.migrate.forceFreeMigrationsLock(config);
    await db.migrate.latest(config);
  });
}
