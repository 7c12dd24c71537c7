import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestPostgres } from './postgres.fixture.ts';
import { type Binding, row, rows, touch } from './rows.ts';

let house: Awaited<ReturnType<typeof openTestPostgres>>;
before(async () => {
  house = await openTestPostgres();
});
after(() => house[Symbol.asyncDispose]());

const ask = <Row>(sql: string, bindings?: Record<string, Binding>) => house.postgres.transaction((trx) => row<Row>(trx, sql, bindings));

test('a timestamp keeps its microseconds', async () => {
  for (const instant of ['2026-03-09T10:30:00.123456Z', '2026-03-09T10:30:00.500000Z', '2026-03-09T10:30:00.000000Z']) {
    assert.deepEqual(await ask('select :instant::timestamptz as at', { instant }), { at: instant });
  }
});

test('a timestamp of another zone is given in UTC', async () => {
  assert.deepEqual(await ask("select timestamptz '2026-03-09 10:30:00.000001+05:30' as at"), { at: '2026-03-09T05:00:00.000001Z' });
});

test('a bigint is a number', async () => {
  assert.deepEqual(await ask('select 9007199254740991::bigint as most, count(*) as items from generate_series(1, 3)'), {
    most: Number.MAX_SAFE_INTEGER,
    items: 3,
  });
});

test('arrays are bound as arrays, whatever their texts hold', async () => {
  const texts = ['plain', '', 'NULL', 'a,b', '{}', '"quoted"', 'back\\slash', ':name', '?', 'line\nbreak', '漢字'];
  assert.deepEqual(await ask('select :texts::text[] as texts', { texts }), { texts });
  assert.deepEqual(await ask('select :none::uuid[] as none', { none: [] }), { none: [] });
  assert.deepEqual(await ask('select 3 = any(:numbers) as found', { numbers: [1, 2, 3] }), { found: true });
});

test('one name may be bound in several places, beside casts', async () => {
  const found = await ask(
    "select :id::text || :id as twice, '5'::int + :n::int as sum, :flag::boolean as flag, :nothing::text as nothing",
    {
      id: 'a',
      n: 2,
      flag: true,
      nothing: null,
    },
  );
  assert.deepEqual(found, { twice: 'aa', sum: 7, flag: true, nothing: null });
});

test('bytes come back as they went in', async () => {
  const bytes = Buffer.from([0, 1, 92, 255]);
  assert.deepEqual((await ask<{ bytes: Buffer }>('select :bytes::bytea as bytes', { bytes }))?.bytes, bytes);
});

test('a statement tells how many rows it touched; no row is undefined', async () => {
  await house.postgres.transaction(async (trx) => {
    await touch(trx, 'create table counted (n int)');
    assert.equal(await touch(trx, 'insert into counted select generate_series(1, 5)'), 5);
    assert.equal(await touch(trx, 'delete from counted where n > :n', { n: 3 }), 2);
    assert.equal((await rows(trx, 'select n from counted')).length, 3);
    assert.equal(await row(trx, 'select n from counted where n = 9'), undefined);
  });
});

test('a binding that is missing is a mistake of ours', async () => {
  await assert.rejects(ask('select :missing::text'), { kind: 'internal' });
});
