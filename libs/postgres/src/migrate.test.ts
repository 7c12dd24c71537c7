import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Failure } from '@shotwire/failures';
import { eventually, startProgram } from '@shotwire/testing';
import type { Migration } from './migrate.ts';
import { openPostgres } from './open-postgres.ts';
import { createEmptyDatabase } from './postgres.fixture.ts';
import { row, rows } from './rows.ts';

const thing: Migration = {
  name: '001-thing',
  up: async (trx) => {
    await trx.raw('create table thing (name text)');
    await trx.raw('select pg_sleep(0.3)');
    await trx.raw("insert into thing values ('made once')");
  },
};

function open(url: string, migrations: readonly Migration[], schema = 'thing') {
  return openPostgres({ url: new URL(url), pool: 2, schema, migrations });
}

test('replicas that start at once migrate once, and each ends up ready', async () => {
  await using database = await createEmptyDatabase();
  const replicas = await Promise.all(Array.from({ length: 3 }, () => open(database.url, [thing])));
  for (const replica of replicas) {
    assert.deepEqual(await replica.transaction((trx) => rows(trx, 'select name from thing')), [{ name: 'made once' }]);
  }
  await Promise.all(replicas.map((replica) => replica[Symbol.asyncDispose]()));
});

test('a later start runs only what is new', async () => {
  await using database = await createEmptyDatabase();
  await (await open(database.url, [thing]))[Symbol.asyncDispose]();
  const more: Migration = { name: '002-more', up: async (trx) => void (await trx.raw("insert into thing values ('more')")) };
  await using postgres = await open(database.url, [thing, more]);
  const found = await postgres.transaction((trx) => rows(trx, 'select name from thing'));
  assert.deepEqual(found, [{ name: 'made once' }, { name: 'more' }]);
});

test('schemas in one database do not see each other', async () => {
  await using database = await createEmptyDatabase();
  await using one = await open(database.url, [thing], 'one');
  await using other = await open(database.url, [], 'other');
  assert.equal((await one.transaction((trx) => rows(trx, 'select from thing'))).length, 1);
  await assert.rejects(
    other.transaction((trx) => rows(trx, 'select from thing')),
    { kind: 'internal' },
  );
});

test('a migration that fails leaves nothing, and is run again by the next start', async () => {
  await using database = await createEmptyDatabase();
  const failing: Migration = {
    name: '001-thing',
    up: async (trx) => {
      await trx.raw('create table thing (name text)');
      await trx.raw('not SQL');
    },
  };
  await assert.rejects(open(database.url, [failing]), (thrown) => thrown instanceof Failure && thrown.kind === 'internal');
  await using postgres = await open(database.url, [thing]);
  assert.equal((await postgres.transaction((trx) => rows(trx, 'select from thing'))).length, 1);
});

test('a process killed in the midst of a migration leaves nothing that blocks the next start', async () => {
  await using database = await createEmptyDatabase();
  await using watch = await open(database.url, [], 'watch');
  const killed = await startProgram({
    candidates: [process.execPath],
    args: [fileURLToPath(import.meta.resolve('./slow-migration.fixture.ts')), database.url],
  });
  await eventually(async () => {
    const sleeping = await watch.transaction((trx) =>
      row<{ n: number }>(trx, "select count(*) as n from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"),
    );
    return sleeping?.n === 1;
  });
  await killed?.stop('SIGKILL');
  await using postgres = await open(database.url, [thing]);
  await postgres.transaction(async (trx) => {
    assert.equal((await rows(trx, 'select from thing')).length, 1);
    assert.equal((await row<{ half: string | null }>(trx, "select to_regclass('half')::text as half"))?.half, null);
  });
});

test('a migration may take longer than a statement of the service', async () => {
  await using database = await createEmptyDatabase();
  const url = new URL(database.url);
  await using postgres = await openPostgres({ url, pool: 2, schema: 'thing', migrations: [thing], timeoutMs: 200 });
  await postgres.ping();
});
