import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppState, DeliveryState, instantFromMs, instantToTimestamp } from '@shotwire/contract';
import { rows } from '@shotwire/postgres';
import { acme, isFailure, keepDelivery, openDesk, other, problemsOf, see, webhook } from './desk.fixture.ts';

const daysAgo = (days: number) => instantToTimestamp(instantFromMs(Date.now() - days * 86_400_000));
const again = { state: 'pending', failures: 0, isDue: true, ripe: true };

for (const state of ['pending', 'succeeded', 'failed', 'cancelled'])
  test(`a delivery that is ${state} is due now, before all others, with its schedule from the start`, async () => {
    await using house = await openDesk();
    const id = await keepDelivery(house.postgres, { state, attempts: 4, failures: 3, body: '{}' });
    const { delivery } = await house.client.redeliver({ id }, acme);
    assert.deepEqual([delivery?.id, delivery?.state, delivery?.attempts, delivery?.endedAt], [id, DeliveryState.PENDING, 4, undefined]);
    assert.deepEqual(await see(house.postgres, id), { ...again, attempts: 4, spared: 4, priority: 2 });
    assert.equal(house.due(), 1);
    assert.equal(Buffer.from((await house.client.getDelivery({ id }, acme)).body).toString(), '{}');
  });

test('while it is being sent it is left alone, also when that has only just begun', async () => {
  await using house = await openDesk();
  for (const kept of [{ state: 'sending', attempts: 1 }, { held: true }]) {
    const id = await keepDelivery(house.postgres, kept);
    const before = await see(house.postgres, id);
    await assert.rejects(house.client.redeliver({ id }, acme), isFailure('delivery_busy'));
    assert.deepEqual(await see(house.postgres, id), before);
  }
  assert.equal(house.due(), 0);
});

test('nothing is sent again to an app that is not enabled, or gone', async () => {
  await using house = await openDesk();
  const { client, postgres } = house;
  const appId = (await client.createApp({ app: webhook() }, acme)).app?.id ?? '';
  const failed = await keepDelivery(postgres, { appId, state: 'failed' });
  const waiting = await keepDelivery(postgres, { appId });
  await client.setAppState({ id: appId, state: AppState.PAUSED }, acme);
  for (const id of [failed, waiting]) await assert.rejects(client.redeliver({ id }, acme), isFailure('app_not_enabled'));
  await client.setAppState({ id: appId, state: AppState.ENABLED }, acme);
  await client.redeliver({ id: failed }, acme);
  await client.deleteApp({ id: appId }, acme);
  for (const id of [failed, waiting]) {
    await assert.rejects(client.redeliver({ id }, acme), isFailure('app_not_enabled'));
    assert.equal((await see(postgres, id))?.state, 'cancelled');
  }
});

test('asked for many times at once it is due once', async () => {
  await using house = await openDesk();
  for (const state of ['failed', 'pending']) {
    const id = await keepDelivery(house.postgres, { state, attempts: 1 });
    const calls = await Promise.allSettled(Array.from({ length: 6 }, () => house.client.redeliver({ id }, acme)));
    assert.ok(calls.some(({ status }) => status === 'fulfilled'));
    for (const call of calls) assert.ok(call.status === 'fulfilled' || isFailure('delivery_busy')(call.reason), String(call));
    assert.deepEqual(await see(house.postgres, id), { ...again, attempts: 1, spared: 1, priority: 2 });
  }
});

test('an account sends its own again and no others', async () => {
  await using house = await openDesk();
  const id = await keepDelivery(house.postgres, { state: 'failed' });
  await assert.rejects(house.client.redeliver({ id }, other), isFailure('not_found'));
  assert.equal((await see(house.postgres, id))?.state, 'failed');
});

test('what failed in a range of time is counted, then due again behind everything else', async () => {
  await using house = await openDesk();
  const { client, postgres } = house;
  const [enabled, paused] = [
    (await client.createApp({ app: webhook() }, acme)).app?.id ?? '',
    (await client.createApp({ app: webhook() }, acme)).app?.id ?? '',
  ];
  const gone = (await client.createApp({ app: webhook() }, acme)).app?.id ?? '';
  const failed = (given: object) => keepDelivery(postgres, { state: 'failed', attempts: 4, failures: 4, endedDays: 2, ...given });
  const [toUrl, toApp] = [await failed({}), await failed({ appId: enabled })];
  const others = [
    await failed({ appId: paused }),
    await failed({ appId: gone }),
    await failed({ accountId: 'other' }),
    await failed({ endedDays: 5 }),
    await failed({ endedDays: 0 }),
    await failed({ state: 'succeeded' }),
  ];
  await client.setAppState({ id: paused, state: AppState.PAUSED }, acme);
  await client.deleteApp({ id: gone }, acme);
  const range = { since: daysAgo(3), until: daysAgo(1) };

  assert.equal((await client.recoverDeliveries({ ...range, preview: true }, acme)).deliveries, 2);
  assert.equal((await client.recoverDeliveries({ ...range, appId: enabled, preview: true }, acme)).deliveries, 1);
  assert.equal((await client.recoverDeliveries({ ...range, appId: paused }, acme)).deliveries, 0);
  assert.equal((await see(postgres, toUrl))?.state, 'failed');
  assert.equal(house.due(), 0);

  assert.equal((await client.recoverDeliveries(range, acme)).deliveries, 2);
  assert.equal(house.due(), 1);
  for (const id of [toUrl, toApp]) assert.deepEqual(await see(postgres, id), { ...again, attempts: 4, spared: 4, priority: 0 });
  for (const id of others) assert.notEqual((await see(postgres, id))?.state, 'pending');
  assert.equal((await client.recoverDeliveries(range, acme)).deliveries, 0);
  assert.equal((await client.recoverDeliveries({ since: daysAgo(14) }, acme)).deliveries, 2);
  assert.deepEqual(await postgres.transaction((trx) => rows(trx, 'select distinct owner from lane_items')), [{ owner: 'acme' }]);
});

test('a range begins at most 14 days ago and before it ends', async () => {
  await using house = await openDesk();
  const ask = (given: object) => problemsOf(house.client.recoverDeliveries(given, acme));
  assert.deepEqual(await ask({}), { since: ['is required'] });
  assert.deepEqual(await ask({ since: daysAgo(14.1) }), { since: ['must be at most 14 days ago'] });
  assert.deepEqual(await ask({ since: daysAgo(1), until: daysAgo(2) }), { until: ['must be after since'] });
});
