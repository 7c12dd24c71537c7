import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Transaction } from '@shotwire/postgres';
import { eventually, startClock } from '@shotwire/testing';
import { openDatabase, openLimitedGateway } from '../limits/limited-gateway.fixture.ts';
import { insertKey } from '../sql/insert-key.ts';
import { storedKey } from './stored-key.ts';

const keys = '/api/v1/keys';

/** A gateway with a database of its own, an admin key of the account `default` and one of the account `one`. */
async function openHouse() {
  await using house = new AsyncDisposableStack();
  const database = house.use(await openDatabase());
  await database.seed('operator');
  await database.add('key-one');
  const gateway = house.use(await openLimitedGateway({ url: database.url }));
  const rooms = house.move();
  const make = (body: object, key = 'key-one') => gateway.ask('POST', keys, { body, key });
  return { ...gateway, database, make, [Symbol.asyncDispose]: () => rooms.disposeAsync() };
}

test('a key is shown once, works at once, and is listed by how it begins', async () => {
  await using house = await openHouse();
  const { status, headers, json } = await house.make({
    name: 'for the shop',
    scopes: ['capture'],
    domains: ['Shop.Example.', 'bücher.example'],
  });
  assert.equal(status, 201);
  assert.equal(headers['cache-control'], 'no-store');
  assert.match(json.key, /^sk_[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(json, {
    id: json.id,
    key: json.key,
    account: 'one',
    name: 'for the shop',
    prefix: json.key.slice(0, 9),
    scopes: ['capture'],
    domains: ['shop.example', 'xn--bcher-kva.example'],
    created_at: json.created_at,
    last_used_at: null,
  });
  const made = await house.ask('POST', '/api/v1/screenshots', { key: json.key, body: { url: 'https://shop.example/' } });
  assert.equal(made.status, 202);

  const { json: listed } = await house.ask('GET', keys);
  assert.deepEqual(
    listed.data.map(({ name }: { name: string }) => name),
    ['for the shop', 'key-one'],
  );
  const { key: _, ...shown } = json;
  assert.ok(listed.data[0].last_used_at);
  assert.deepEqual({ ...listed.data[0], last_used_at: null }, shown);
  const stored = await house.database.ask<{ all: string }>('select json_agg(api_keys)::text as all from api_keys');
  assert.ok(!stored?.all.includes(json.key.slice(9)));
  assert.doesNotMatch(JSON.stringify(house.lines), new RegExp(json.key.slice(3)));
});

test('a key may capture and read when nothing is said of its scopes', async () => {
  await using house = await openHouse();
  const { json } = await house.make({ name: 'plain' });
  assert.deepEqual([json.scopes, json.domains], [['capture', 'read'], []]);
});

test('a revoked key is 401 at once where it was revoked, and within 5 s everywhere', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  const clock = startClock(Date.now());
  await using here = await openLimitedGateway({ url: database.url, now: clock.now });
  await using there = await openLimitedGateway({ url: database.url, now: clock.now });
  const { json } = await here.ask('POST', keys, { body: { name: 'short-lived', scopes: ['read'] } });
  const use = async () => {
    const answers = await Promise.all([here, there].map(({ ask }) => ask('GET', '/api/v1/account', { key: json.key })));
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(await use(), [200, 200]);
  assert.equal((await here.ask('DELETE', `${keys}/${json.id}`)).status, 204);
  assert.deepEqual(await use(), [401, 200]);
  clock.advance(4_999);
  assert.deepEqual(await use(), [401, 200]);
  clock.advance(1);
  assert.deepEqual(await use(), [401, 401]);
  assert.equal((await here.ask('DELETE', `${keys}/${json.id}`)).status, 404, 'it is gone already');
  assert.equal((await here.ask('GET', keys)).json.data.length, 1);
});

test('a key may end itself; what is no key’s id is 404', async () => {
  await using house = await openHouse();
  const [own] = (await house.ask('GET', keys)).json.data;
  for (const id of ['nothing', '%00', '00000000-0000-4000-8000-000000000000'])
    assert.equal((await house.ask('DELETE', `${keys}/${id}`)).status, 404, id);
  assert.equal((await house.ask('DELETE', `${keys}/${own.id.toUpperCase()}`)).status, 204);
  assert.equal((await house.ask('GET', keys)).status, 401);
});

test('accounts know nothing of each other’s keys', async () => {
  await using house = await openHouse();
  const { id } = await house.database.add('key-two', { accountId: 'two' });
  assert.equal((await house.ask('DELETE', `${keys}/${id}`)).status, 404);
  assert.deepEqual(
    (await house.ask('GET', keys)).json.data.map(({ account }: { account: string }) => account),
    ['one'],
  );
  for (const answer of [await house.make({ name: 'x', account: 'two' }), await house.ask('GET', `${keys}?account=two`)])
    assert.deepEqual([answer.status, answer.json.error.code], [403, 'FORBIDDEN']);
  assert.equal((await house.make({ name: 'x', account: 'one' })).status, 201, 'its own it may name');
});

test('the operator makes a tenant by making a key, lists its keys and ends them', async () => {
  await using house = await openHouse();
  const { status, json } = await house.make({ name: 'first', scopes: ['admin'], account: 'tenant' }, 'operator');
  assert.deepEqual([status, json.account], [201, 'tenant']);
  const account = await house.ask('GET', '/api/v1/account', { key: json.key });
  assert.equal(account.json.id, 'tenant');
  const listed = await house.ask('GET', `${keys}?account=tenant`, { key: 'operator' });
  assert.deepEqual(
    listed.json.data.map(({ id }: { id: string }) => id),
    [json.id],
  );
  assert.equal((await house.ask('DELETE', `${keys}/${json.id}`, { key: 'operator' })).status, 204);
  assert.equal((await house.ask('GET', '/api/v1/account', { key: json.key })).status, 401);
});

test('the key of the settings is ended in the settings alone', async () => {
  await using house = await openHouse();
  const [own] = (await house.ask('GET', keys, { key: 'operator' })).json.data;
  const { status, json } = await house.ask('DELETE', `${keys}/${own.id}`, { key: 'operator' });
  assert.deepEqual([status, json.error.code], [403, 'FORBIDDEN']);
  assert.match(json.error.message, /SHOTWIRE_API_KEY/);
  assert.ok(await house.database.find('operator'));
});

test('what is wrong with a new key is said of all its fields at once, and none is made', async () => {
  await using house = await openHouse();
  const table: [body: unknown, fields: string[]][] = [
    [{}, ['name']],
    [[], ['body']],
    [{ name: '' }, ['name']],
    [{ name: 'x'.repeat(101) }, ['name']],
    [{ name: 'a\nb' }, ['name']],
    [{ name: '\ud800' }, ['name']],
    [{ name: 5, scopes: 'admin', domains: {} }, ['name', 'scopes', 'domains']],
    [{ name: 'x', scopes: [] }, ['scopes']],
    [{ name: 'x', scopes: ['read', 'write'] }, ['scopes[1]']],
    [{ name: 'x', scopes: ['admin'], domains: ['example.com'] }, ['domains']],
    [{ name: 'x', account: 'Other' }, ['account']],
    [{ name: 'x', account: 'a'.repeat(64) }, ['account']],
    [{ name: 'x', key: 'sk_mine' }, ['key']],
    [{ name: 'x', domains: Array.from({ length: 101 }, (_, n) => `d${n}.example`) }, ['domains']],
    [JSON.parse('{"name":"x","__proto__":{"scopes":["admin"]}}'), ['__proto__']],
  ];
  for (const [body, fields] of table) {
    const { status, json } = await house.ask('POST', keys, { body });
    assert.equal(status, typeof body === 'object' && Object.hasOwn(body as object, '__proto__') ? 400 : 422, JSON.stringify(body));
    if (status === 422) assert.deepEqual(Object.keys(json.error.details).sort(), fields.sort(), JSON.stringify(body));
  }
  for (const domain of [
    '',
    'https://example.com',
    'example.com/',
    'example.com:80',
    'a b',
    '*.example.com',
    '.example.com',
    'a@b.com',
    '[::1]',
    '%',
  ])
    assert.deepEqual(Object.keys((await house.make({ name: 'x', domains: [domain] })).json.error?.details ?? {}), ['domains[0]'], domain);
  assert.equal((await house.ask('GET', keys)).json.data.length, 1);
});

test('an account has a thousand keys at most', async () => {
  await using house = await openHouse();
  await house.database.fill({ accountId: 'one', keys: 998 });
  assert.equal((await house.make({ name: 'the last one' })).status, 201);
  const { status, json } = await house.make({ name: 'one more' });
  assert.deepEqual([status, json.error.code], [429, 'ACCOUNT_FULL']);
});

test('of two last keys that are made at once there is one', async () => {
  await using database = await openDatabase();
  await database.fill({ accountId: 'one', keys: 999 });
  const { postgres } = database;
  const insert = (trx: Transaction) =>
    insertKey(trx, { id: randomUUID(), accountId: 'one', name: 'x', scopes: ['read'], domains: [], ...storedKey(randomUUID()) });
  let second: Promise<unknown> = Promise.resolve();
  let isDone = false;
  await postgres.transaction(async (trx) => {
    assert.ok(await insert(trx));
    second = postgres.transaction(insert).finally(() => {
      isDone = true;
    });
    const waits = "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    await eventually(async () => isDone || (await database.ask<{ n: number }>(waits))?.n === 1);
  });
  assert.equal(await second, undefined);
});
