import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask } from '../apps.fixture.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { redeliver } from '../sql/redeliver.ts';

test('past what an account may have open a delivery is on record as failed, and can be sent by hand', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier({ ...house, schedule: [3_600], pendingPerAccount: 3 });
  for (let n = 0; n < 5; n++) await courier.keep(eventOf({ url: receiver.url }));
  await courier.keep(eventOf({ url: receiver.url, accountId: 'other' }));
  await receiver.until(({ length }) => length === 4);
  const found = await deliveriesIn(house.postgres);
  assert.deepEqual(
    found.map(({ lastError, attempts }) => (lastError === 'too_many_pending' ? ['refused', attempts] : 'taken')),
    ['taken', 'taken', 'taken', ['refused', 0], ['refused', 0], 'taken'],
  );
  assert.deepEqual(await ask(house.postgres, 'select state, ended_at is not null as ended from deliveries where sequence = 4'), [
    { state: 'failed', ended: true },
  ]);
  receiver.respondWith(200);
  const webhookId = found[3]?.webhookId ?? '';
  assert.equal(await house.postgres.transaction((trx) => redeliver(trx, { webhookId, accountId: 'acme' })), 'due');
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[3]?.state, 'succeeded'));
  assert.equal(receiver.requests.at(-1)?.headers['webhook-id'], webhookId);
});

test('what has ended makes room for others', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  let nowMs = 1_000_000;
  await using courier = await openTestCourier({ ...house, pendingPerAccount: 2, now: () => nowMs });
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 2; n++) await courier.keep(eventOf({ url: receiver.url }));
    await eventually(async () => assert.ok((await deliveriesIn(house.postgres)).every(({ state }) => state === 'succeeded')));
    nowMs += 5_001;
  }
  assert.equal(receiver.requests.length, 6);
});

test('an event that comes again and again counts once', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier({ ...house, schedule: [3_600], pendingPerAccount: 3 });
  const event = eventOf({ url: receiver.url });
  for (let n = 0; n < 10; n++) await courier.keep(event);
  for (let n = 0; n < 2; n++) await courier.keep(eventOf({ url: receiver.url }));
  assert.deepEqual(
    (await deliveriesIn(house.postgres)).map(({ state }) => state === 'failed'),
    [false, false, false],
  );
});

test('of very many hosts within an hour the last ones are not called; those that are known go on', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) => `http://${host}:${receiver.port}/`);
  const events = (url: string, accountId = 'acme') => eventOf({ url, accountId });
  await using courier = await openTestCourier({ ...house, schedule: [], hostsPerHour: 2 });
  for (const url of [...hosts, hosts[0] as string]) await courier.keep(events(url));
  await courier.keep(events(hosts[2] as string, 'other'));
  const errors = async () => (await deliveriesIn(house.postgres)).map(({ lastError }) => lastError === 'too_many_hosts');
  assert.deepEqual(await errors(), [false, false, true, false, false]);
  // An hour later.
  await alter(house.postgres, "update adhoc_hosts set seen_at = now() - interval '61 minutes'");
  await courier.keep(events(hosts[2] as string));
  assert.deepEqual((await errors()).at(-1), false);
  const refused = (await deliveriesIn(house.postgres))[2];
  assert.deepEqual([refused?.state, refused?.attempts], ['failed', 0]);
});

test('an account has so many attempts a minute, over all its lanes; the others wait and cost nobody else', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier({ ...house, attemptsPerMinute: 6 });
  for (let n = 0; n < 10; n++) await courier.keep(eventOf({ url: `http://127.0.0.1:${receiver.port}/` }));
  await receiver.until(({ length }) => length >= 6);
  for (let n = 0; n < 3; n++) await courier.keep(eventOf({ url: receiver.url, accountId: 'other' }));
  await receiver.until(({ length }) => length >= 9);
  const mine = async () =>
    (await ask(house.postgres, "select 1 from attempts a join deliveries d on d.id = a.delivery_id where d.account_id = 'acme'")).length;
  // In ten seconds one more may go out.
  assert.ok((await mine()) <= 7, `${await mine()} attempts`);
  await alter(house.postgres, "update lane_owners set saved_at = saved_at - interval '1 minute'");
  await eventually(async () => assert.equal(await mine(), 10));
  assert.equal((await attemptsIn(house.postgres)).length, 13);
});
