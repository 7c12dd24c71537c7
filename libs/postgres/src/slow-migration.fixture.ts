import { openPostgres } from './open-postgres.ts';

// Begins a migration that takes longer than any test, for a test to kill.
await openPostgres({
  url: new URL(process.argv[2] as string),
  pool: 2,
  schema: 'thing',
  migrations: [
    {
      name: '001-thing',
      up: async (trx) => {
        await trx.raw('create table half (name text)');
        await trx.raw('select pg_sleep(300)');
      },
    },
  ],
});
