import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, type FailureKind } from '@shotwire/failures';
import { eventually } from '@shotwire/testing';
import { openDatabase, openLimitedGateway } from './limited-gateway.fixture.ts';

const url = '/api/v1/screenshots';
const body = { url: 'https://example.com' };

/** A gateway on a database of its own whose capture refuses for the given reason, as long as there is one. */
async function openHouse(monthlyQuota: number, refusal: { kind?: FailureKind } = {}) {
  await using house = new AsyncDisposableStack();
  const database = house.use(await openDatabase());
  await database.add('key-one');
  await database.add('key-two', { accountId: 'two' });
  const gateway = house.use(
    await openLimitedGateway({
      url: database.url,
      monthlyQuota,
      intake: {
        async createScreenshot({ id }) {
          if (refusal.kind) throw new Failure(refusal.kind);
          return { screenshot: { id } };
        },
      },
    }),
  );
  const rooms = house.move();
  const post = async (headers: Record<string, string> = {}, key = 'key-one') =>
    (await gateway.ask('POST', url, { body, headers, key })).status;
  const used = async () => (await gateway.ask('GET', '/api/v1/account')).json.limits.captures_per_month?.used;
  return { ...gateway, database, post, used, [Symbol.asyncDispose]: () => rooms.disposeAsync() };
}

test('an account has its quota and not one more, over all gateways and requests at once', async () => {
  await using house = await openHouse(25);
  await using other = await openLimitedGateway({ url: house.database.url, monthlyQuota: 25 });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? house : other).ask('POST', url, { body })));
  assert.equal(answers.filter(({ status }) => status === 202).length, 25);
  const refused = answers.filter(({ status }) => status === 402);
  assert.equal(refused.length, 15);
  assert.equal(refused[0]?.json.error.code, 'QUOTA_EXCEEDED');
  assert.equal(await house.post({}, 'key-two'), 202, 'another account has its own');
  const { json } = await house.ask('GET', '/api/v1/account');
  const now = new Date();
  const resetsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString().replace('.000Z', '.000000Z');
  assert.deepEqual(json.limits.captures_per_month, { limit: 25, used: 25, remaining: 0, resets_at: resetsAt });
});

test('a month that is over is followed by a whole one', async () => {
  await using house = await openHouse(1);
  assert.deepEqual([await house.post(), await house.post()], [202, 402]);
  await house.database.change("update quota_used set month = month - interval '1 month'");
  assert.deepEqual([await house.used(), await house.post(), await house.post()], [0, 202, 402]);
});

for (const kind of ['validation_error', 'queue_full', 'unavailable', 'internal'] as const)
  test(`what is refused as ${kind} is given back`, async () => {
    const refusal: { kind?: FailureKind } = { kind };
    await using house = await openHouse(1, refusal);
    for (const headers of [{}, { 'idempotency-key': 'a' }]) {
      assert.notEqual(await house.post(headers), 202);
      assert.equal(await house.used(), 0);
    }
    delete refusal.kind;
    assert.equal(await house.post({ 'idempotency-key': 'a' }), 202);
    assert.equal(await house.used(), 1);
    assert.equal(await house.post({ 'idempotency-key': 'a' }), 202, 'what was taken is there to be asked for again');
    assert.equal(await house.used(), 1);
  });

test('of equal requests of which one is refused and one is taken, the quota stays taken', async () => {
  const hold = Promise.withResolvers<void>();
  let calls = 0;
  await using house = await openHouse(2);
  await using gateway = await openLimitedGateway({
    url: house.database.url,
    monthlyQuota: 2,
    intake: {
      async createScreenshot({ id }) {
        calls++;
        if (calls === 2) return { screenshot: { id } };
        await hold.promise;
        throw new Failure('queue_full');
      },
    },
  });
  const asked = { body, headers: { 'idempotency-key': 'a' } };
  const first = gateway.ask('POST', url, asked);
  await eventually(() => calls === 1);
  assert.equal((await gateway.ask('POST', url, asked)).status, 202);
  hold.resolve();
  assert.equal((await first).status, 429);
  assert.equal(await house.used(), 1);
});

test('what is wrong with a wish costs nothing', async () => {
  await using house = await openHouse(1);
  assert.equal((await house.ask('POST', url, { body: { url: 'nonsense' }, headers: { 'idempotency-key': 'a' } })).status, 422);
  assert.deepEqual(
    await house.database.ask('select (select count(*) from quota_used) as quota, (select count(*) from idempotency_keys) as keys'),
    { quota: 0, keys: 0 },
  );
});

test('without a quota nothing is counted', async () => {
  await using house = await openHouse(0);
  assert.equal(await house.post(), 202);
  assert.equal(await house.used(), undefined);
  assert.deepEqual(await house.database.ask('select count(*) as n from quota_used'), { n: 0 });
});

test('to try again takes from the quota as every capture does', async () => {
  await using house = await openHouse(2);
  await using gateway = await openLimitedGateway({ url: house.database.url, monthlyQuota: 2 });
  const { json } = await gateway.ask('POST', url, { body });
  await gateway.ask('POST', `${url}/${json.id}/cancel`);
  const retry = async () => (await gateway.ask('POST', `${url}/${json.id}/retry`)).status;
  assert.deepEqual([await retry(), await retry()], [202, 402]);
});
