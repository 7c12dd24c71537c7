import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Client } from 'pg';
import { createTestDatabase } from './test-database.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('the template is prepared once and cloned for everyone, who do not see each other', async () => {
  const template = randomUUID();
  let prepared = 0;
  const prepare = async (url: string) => {
    prepared++;
    await ask(url, 'create table thing (name text)');
  };
  const databases = await Promise.all(Array.from({ length: 4 }, () => createTestDatabase({ template, prepare })));
  try {
    assert.equal(prepared, 1);
    await ask((databases[0] as { url: string }).url, `insert into thing values ('mine')`);
    assert.deepEqual(await ask((databases[1] as { url: string }).url, 'select * from thing'), []);
  } finally {
    await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
  }
});

test('a template whose preparation failed is not cloned but made anew', async () => {
  const template = randomUUID();
  const failing = async (url: string) => {
    await ask(url, 'create table half (name text)');
    throw new Error('the migration failed');
  };
  await assert.rejects(createTestDatabase({ template, prepare: failing }), /the migration failed/);
  await using database = await createTestDatabase({ template, prepare: async () => {} });
  assert.deepEqual(await ask(database.url, `select from pg_tables where tablename = 'half'`), []);
});

test('a database is dropped although a test left a connection open', async () => {
  const database = await createTestDatabase({ template: 'empty', prepare: async () => {} });
  const leftOpen = new Client({ connectionString: database.url });
  leftOpen.on('error', () => {});
  await leftOpen.connect();
  await database[Symbol.asyncDispose]();
  await assert.rejects(leftOpen.query('select 1'));
  await assert.rejects(ask(database.url, 'select 1'), /does not exist/);
});

test('without a Postgres the error names make test', async () => {
  await assert.rejects(createTestDatabase({ template: '', prepare: async () => {}, server: '' }), /Run `make test`/);
});
