import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { eventually, startFaultProxy } from '@shotwire/testing';
import { openPostgres, type Postgres } from './open-postgres.ts';
import { createEmptyDatabase, openTestPostgres } from './postgres.fixture.ts';
import { row, rows, touch } from './rows.ts';

const makeThing = (postgres: Postgres) => postgres.transaction((trx) => touch(trx, 'create table thing (name text)'));
const thingsIn = (postgres: Postgres) => postgres.transaction((trx) => rows(trx, 'select name from thing'));

/** Postgres behind a network that can fail. */
async function openBehindProxy({ pool, timeoutMs }: { pool: number; timeoutMs: number }) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await createEmptyDatabase());
  const url = new URL(database.url);
  const proxy = opening.use(await startFaultProxy({ target: { port: Number(url.port) } }));
  url.port = String(proxy.port);
  const postgres = opening.use(await openPostgres({ url, pool, schema: 'thing', migrations: [], timeoutMs }));
  const house = opening.move();
  return { proxy, postgres, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** What an act is refused with, and after how many milliseconds. */
async function refusalOf(act: Promise<unknown>): Promise<{ kind: string; ms: number }> {
  const began = performance.now();
  const thrown = await act.then(
    () => assert.fail('it was not refused'),
    (reason) => reason,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  return { kind: thrown.kind, ms: performance.now() - began };
}

test('what a transaction wrote is there when it resolves, and gone when it rejects', async () => {
  await using house = await openTestPostgres();
  await makeThing(house.postgres);
  await house.postgres.transaction((trx) => touch(trx, "insert into thing values ('kept')"));
  const regret = new Failure('queue_full');
  const broken = house.postgres.transaction(async (trx) => {
    await touch(trx, "insert into thing values ('regretted')");
    throw regret;
  });
  await assert.rejects(broken, (thrown) => thrown === regret);
  assert.deepEqual(await thingsIn(house.postgres), [{ name: 'kept' }]);
});

test('a mistake in the work is internal, also where it looks like one of the driver', async () => {
  await using house = await openTestPostgres();
  const mistake = new Error('a claim has no body');
  const refused = house.postgres.transaction(async () => Promise.reject(mistake));
  await assert.rejects(refused, (thrown) => thrown instanceof Failure && thrown.kind === 'internal' && thrown.cause === mistake);
});

test('a statement that takes too long is unavailable, and its connection goes on', async () => {
  await using house = await openTestPostgres({ timeoutMs: 300 });
  const { kind, ms } = await refusalOf(house.postgres.transaction((trx) => rows(trx, 'select pg_sleep(20)')));
  assert.equal(kind, 'unavailable');
  assert.ok(ms < 2_000, `${ms} ms`);
  await house.postgres.ping();
});

test('a pool that is used up is unavailable after five seconds, and serves again when a connection is back', async () => {
  await using house = await openTestPostgres();
  const held = Promise.withResolvers<void>();
  const holders = Array.from({ length: 4 }, () => house.postgres.transaction(() => held.promise));
  const { kind, ms } = await refusalOf(house.postgres.ping());
  assert.equal(kind, 'unavailable');
  assert.ok(ms > 4_000 && ms < 8_000, `${ms} ms`);
  held.resolve();
  await Promise.all(holders);
  await house.postgres.ping();
});

test('a Postgres that refuses connections is unavailable at once', async () => {
  const nowhere = new URL('postgres://postgres:test@127.0.0.1:9/postgres');
  const { kind, ms } = await refusalOf(openPostgres({ url: nowhere, pool: 2, schema: 'thing', migrations: [] }));
  assert.equal(kind, 'unavailable');
  assert.ok(ms < 2_000, `${ms} ms`);
});

test('connections that the server ended are replaced without a restart', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  await makeThing(postgres);
  const other = await openPostgres({ url: new URL(house.url), pool: 2, schema: 'other', migrations: [] });
  const end = () =>
    other.transaction((trx) =>
      rows(trx, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'shotwire-thing'"),
    );
  const cut = postgres.transaction(async (trx) => {
    await touch(trx, "insert into thing values ('cut off')");
    await end();
    await rows(trx, 'select 1');
  });
  assert.equal((await refusalOf(cut)).kind, 'unavailable');
  assert.deepEqual(await thingsIn(postgres), []);
  await other[Symbol.asyncDispose]();
});

test('a connection that is reset is unavailable, the next transaction works', async () => {
  await using house = await openBehindProxy({ pool: 2, timeoutMs: 5_000 });
  const cut = house.postgres.transaction(async (trx) => {
    house.proxy.cut();
    await rows(trx, 'select pg_sleep(1)');
  });
  assert.equal((await refusalOf(cut)).kind, 'unavailable');
  await house.postgres.ping();
});

test('a network that swallows everything is unavailable within the deadline, and works again when it is back', async () => {
  await using house = await openBehindProxy({ pool: 3, timeoutMs: 500 });
  const { postgres, proxy } = house;
  const inHand = Promise.withResolvers<void>();
  const waiting = postgres.transaction(async (trx) => {
    await inHand.promise;
    await rows(trx, 'select 1');
  });
  await postgres.ping();
  proxy.pause();
  inHand.resolve();
  // One has its connection, one takes an idle one, one needs a new one.
  const refused = await Promise.all([waiting, postgres.ping(), postgres.ping()].map(refusalOf));
  for (const { kind, ms } of refused) {
    assert.equal(kind, 'unavailable');
    assert.ok(ms < 7_000, `${ms} ms`);
  }
  proxy.resume();
  await eventually(() => postgres.ping().then(() => true));
  // None of the dead connections is left in the pool.
  await Promise.all(Array.from({ length: 3 }, () => postgres.transaction((trx) => row(trx, 'select pg_sleep(0.1)'))));
});

test('a commit whose answer is lost is unavailable', async () => {
  await using house = await openBehindProxy({ pool: 2, timeoutMs: 300 });
  const { postgres, proxy } = house;
  const { kind, ms } = await refusalOf(
    postgres.transaction(async (trx) => {
      await rows(trx, 'select 1');
      proxy.pause();
    }),
  );
  proxy.resume();
  assert.equal(kind, 'unavailable');
  assert.ok(ms < 4_000, `${ms} ms`);
});
