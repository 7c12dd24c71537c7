import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { eventually, startFaultProxy } from '@shotwire/testing';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { openDatabase, openLimitedGateway } from './limited-gateway.fixture.ts';

const url = '/api/v1/screenshots';
const body = { url: 'https://example.com' };

/** A gateway with a database of its own, and a key each of the accounts `one` and `two`. */
async function openHouse(given: Partial<Parameters<typeof openLimitedGateway>[0]> = {}) {
  await using house = new AsyncDisposableStack();
  const database = house.use(await openDatabase());
  await database.add('key-one');
  await database.add('key-two', { accountId: 'two' });
  const gateway = house.use(await openLimitedGateway({ url: database.url, ...given }));
  const rooms = house.move();
  const post = (key: string, asked: object = body, apiKey = 'key-one') =>
    gateway.ask('POST', url, { body: asked, key: apiKey, headers: { 'idempotency-key': key } });
  return { ...gateway, database, post, [Symbol.asyncDispose]: () => rooms.disposeAsync() };
}

test('twenty equal requests at once, at two gateways, are one screenshot', async () => {
  await using house = await openHouse();
  await using other = await openLimitedGateway({ url: house.database.url });
  const headers = { 'idempotency-key': 'order 17' };
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? house : other).ask('POST', url, { body, headers })));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1);
});

test('the same key means the same screenshot, to its account alone; without one each request is its own', async () => {
  await using house = await openHouse();
  const { json: first } = await house.post('a');
  assert.deepEqual((await house.post('a')).json.id, first.id);
  assert.notEqual((await house.post('b')).json.id, first.id);
  assert.notEqual((await house.post('a', body, 'key-two')).json.id, first.id);
  assert.notEqual((await house.make()).id, first.id);
  assert.equal(house.intake.screenshots.size, 4);
});

test('another body, or another route, under the same key is 409, and nothing is made', async () => {
  await using house = await openHouse();
  const { json: first } = await house.post('a');
  for (const asked of [{ url: 'https://example.org' }, { ...body, width: 800 }]) {
    const { status, json } = await house.post('a', asked);
    assert.deepEqual([status, json.error.code], [409, 'IDEMPOTENCY_CONFLICT']);
  }
  await house.ask('POST', `${url}/${first.id}/cancel`);
  const retry = await house.ask('POST', `${url}/${first.id}/retry`, { headers: { 'idempotency-key': 'a' } });
  assert.equal(retry.status, 409);
  assert.equal(house.intake.screenshots.size, 1);
});

test('to try again under one key is to try again once', async () => {
  await using house = await openHouse();
  const { id } = await house.make();
  await house.ask('POST', `${url}/${id}/cancel`);
  const retry = async () => (await house.ask('POST', `${url}/${id}/retry`, { headers: { 'idempotency-key': 'again' } })).json.id;
  assert.equal(await retry(), await retry());
});

test('a key is 1 to 255 printable characters', async () => {
  await using house = await openHouse();
  for (const key of ['x', 'x'.repeat(255), 'with spaces, and "signs"']) assert.equal((await house.post(key)).status, 202, key);
  for (const key of ['', 'x'.repeat(256), 'ä', '→ 1', 'tab\there']) {
    const { status, json } = await house.post(key);
    assert.deepEqual([status, Object.keys(json.error?.details ?? {})], [422, ['Idempotency-Key']], key);
  }
});

test('a key that is a day old means a new screenshot, and old ones are removed', async () => {
  await using house = await openHouse();
  const { json: first } = await house.post('a');
  await house.post('b');
  const age = (time: string) => house.database.change(`update idempotency_keys set created_at = created_at - interval '${time}'`);
  await age('23 hours 59 minutes');
  assert.equal((await house.post('a')).json.id, first.id);
  await age('1 minute');
  const later = await house.post('a', { url: 'https://example.org' });
  assert.equal(later.status, 202);
  assert.notEqual(later.json.id, first.id);
  assert.deepEqual(await house.database.ask('select count(*) as n from idempotency_keys'), { n: 1 });
});

test('a key that is a day old takes from the quota anew', async () => {
  await using house = await openHouse({ monthlyQuota: 1 });
  assert.equal((await house.post('a')).status, 202);
  await house.database.change("update idempotency_keys set created_at = created_at - interval '24 hours'");
  assert.equal((await house.post('a')).status, 402);
});

test('the same body on another route is another request', () => {
  const of = (url: string, method = 'POST') =>
    idempotencyKeyOf({ headers: { 'idempotency-key': 'a' }, method, routeOptions: { url } } as never, body)?.bodySha256.toString('hex');
  assert.equal(of('/a'), of('/a'));
  assert.equal(new Set([of('/a'), of('/b'), of('/a', 'PUT')]).size, 3);
});

test('a request that died before capture was asked goes on when it is sent again, and has its quota', async () => {
  const ids: string[] = [];
  await using house = await openHouse({ monthlyQuota: 1 });
  await using dying = await openLimitedGateway({
    url: house.database.url,
    monthlyQuota: 1,
    // It has written its key and its quota down, and never gets further.
    parts: {
      intake: {
        createScreenshot: ({ id }: { id: string }) => {
          ids.push(id);
          return new Promise(() => {});
        },
      } as never,
    },
  });
  void dying.ask('POST', url, { body, headers: { 'idempotency-key': 'a' } });
  await eventually(() => ids.length === 1);
  const { status, json } = await house.post('a');
  assert.deepEqual([status, json.id], [202, ids[0]]);
  assert.equal((await house.post('b')).status, 402, 'the quota was taken once');
});

test('the wish that capture can never take frees its key for the one that is mended', async () => {
  await using house = await openHouse({
    intake: {
      async createScreenshot() {
        throw new Failure('validation_error', { fields: { url: ['is odd'] } });
      },
    },
  });
  assert.equal((await house.post('a')).status, 422);
  await using mended = await openLimitedGateway({ url: house.database.url });
  const asked = { body: { url: 'https://example.org' }, headers: { 'idempotency-key': 'a' } };
  assert.equal((await mended.ask('POST', url, asked)).status, 202);
});

test('the wish that capture could not take at the moment keeps its id', async () => {
  const ids: string[] = [];
  await using house = await openHouse({
    intake: {
      async createScreenshot({ id }) {
        ids.push(id);
        throw new Failure(ids.length === 1 ? 'queue_full' : 'unavailable');
      },
    },
  });
  assert.equal((await house.post('a')).status, 429);
  assert.equal((await house.post('a')).status, 503);
  assert.equal((await house.post('a')).status, 503);
  assert.equal(new Set(ids).size, 1);
  assert.equal((await house.post('a', { url: 'https://example.org' })).status, 409);
});

test('without its database a request with a key is 503, and one without is taken while its API key is believed', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  const target = new URL(database.url);
  await using proxy = await startFaultProxy({ target: { port: Number(target.port) } });
  target.port = String(proxy.port);
  await using gateway = await openLimitedGateway({ url: target.href, now: () => 0 });
  assert.equal((await gateway.ask('POST', url, { body })).status, 202);
  await proxy[Symbol.asyncDispose]();
  assert.equal((await gateway.ask('POST', url, { body })).status, 202);
  const { status, headers } = await gateway.ask('POST', url, { body, headers: { 'idempotency-key': 'a' } });
  assert.deepEqual([status, headers['retry-after']], [503, '5']);
  assert.equal(gateway.intake.screenshots.size, 2);
});
