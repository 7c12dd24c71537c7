import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openPostgres } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { startClock, startFaultProxy } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';
import { findAccountOfKey } from '../sql/find-account-of-key.ts';
import { migrations } from '../sql/migrations.ts';
import { seedKey } from '../sql/seed-key.ts';
import { createKeyring } from './create-keyring.ts';
import { hashKey } from './hash-key.ts';

const open = (url: string) => openPostgres({ url: new URL(url), pool: 2, schema: 'gateway', migrations });

async function openDatabase() {
  await using house = new AsyncDisposableStack();
  const database = house.use(
    await createTestDatabase({
      template: `gateway ${migrations.map(({ up }) => up).join()}`,
      prepare: async (url) => {
        await using _ = await open(url);
      },
    }),
  );
  const postgres = house.use(await open(database.url));
  const seed = (key: string) =>
    postgres.transaction((trx) => seedKey(trx, { id: randomUUID(), accountId: 'default', sha256: hashKey(key) }));
  const find = (sha256: Buffer) => postgres.transaction((trx) => findAccountOfKey(trx, sha256));
  const rooms = house.move();
  return { url: database.url, postgres, seed, find, [Symbol.asyncDispose]: () => rooms.disposeAsync() };
}

test('the key of the settings opens the account default, and is stored as a hash', async () => {
  await using database = await openDatabase();
  await database.seed('sk_live_secret');
  assert.equal(await database.find(hashKey('sk_live_secret')), 'default');
  assert.equal(await database.find(hashKey('another')), undefined);
  const stored = await database.postgres.transaction(
    async (trx) => (await trx.raw('select row_to_json(api_keys)::text as row from api_keys')).rows,
  );
  assert.equal(stored.length, 1);
  assert.doesNotMatch(JSON.stringify(stored), /sk_live/);
});

test('replicas that seed the key at once leave one account and one key', async () => {
  await using database = await openDatabase();
  await using other = await open(database.url);
  const seedOther = () => other.transaction((trx) => seedKey(trx, { id: randomUUID(), accountId: 'default', sha256: hashKey('key') }));
  await Promise.all([database.seed('key'), seedOther(), database.seed('key'), seedOther()]);
  const { rows } = await database.postgres.transaction((trx) =>
    trx.raw('select (select count(*) from accounts) as accounts, (select count(*) from api_keys where revoked_at is null) as keys'),
  );
  assert.deepEqual(rows, [{ accounts: 1, keys: 1 }]);
});

test('a new key in the settings replaces the one before, and an old one can come back', async () => {
  await using database = await openDatabase();
  await database.seed('old');
  await database.seed('new');
  assert.equal(await database.find(hashKey('old')), undefined);
  assert.equal(await database.find(hashKey('new')), 'default');
  await database.seed('old');
  assert.equal(await database.find(hashKey('old')), 'default');
  assert.equal(await database.find(hashKey('new')), undefined);
});

test('a key that was found is believed for 30 s, one that was not is looked up each time', async () => {
  const clock = startClock('2026-01-01T00:00:00Z');
  let lookedUp = 0;
  let account: string | undefined;
  const keyring = createKeyring({
    findAccount: async () => {
      lookedUp++;
      return account;
    },
    now: clock.now,
  });
  assert.equal(await keyring.accountOf('key'), undefined);
  account = 'one';
  assert.equal(await keyring.accountOf('key'), 'one');
  account = undefined;
  clock.advance(29_999);
  assert.equal(await keyring.accountOf('key'), 'one');
  assert.equal(lookedUp, 2);
  clock.advance(1);
  assert.equal(await keyring.accountOf('key'), undefined);
  assert.equal(lookedUp, 3);
});

test('without its database the gateway believes the keys it knows, then answers 503 and never 401', async () => {
  await using database = await openDatabase();
  await database.seed('key-one');
  const target = new URL(database.url);
  await using proxy = await startFaultProxy({ target: { port: Number(target.port) } });
  target.port = String(proxy.port);
  const clock = startClock(Date.now());
  await using postgres = await open(target.href);
  const keyring = createKeyring({ findAccount: (sha256) => postgres.transaction((trx) => findAccountOfKey(trx, sha256)), now: clock.now });
  await using gateway = await openGateway({ parts: { keyring } });
  const ask = async (key = 'key-one') => {
    const { status, headers } = await gateway.ask('GET', '/api/v1/screenshots', { key });
    return [status, headers['retry-after']];
  };
  assert.deepEqual(await ask(), [200, undefined]);

  await proxy[Symbol.asyncDispose]();
  assert.deepEqual(await ask(), [200, undefined]);
  assert.deepEqual(await ask('wrong'), [503, '5']);
  clock.advance(30_000);
  assert.deepEqual(await ask(), [503, '5']);
});
