import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, changeState, keepWebhookApp } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { countRecoverable, recoverDeliveries } from './recover-deliveries.ts';

const since = '2026-01-02T00:00:00.000000Z' as Instant;
const until = '2026-01-05T00:00:00.000000Z' as Instant;
const range = { accountId: 'acme', appId: null, since, until };

const recover = (postgres: Postgres, choice = {}) => postgres.transaction((trx) => recoverDeliveries(trx, { ...range, ...choice }));
const preview = (postgres: Postgres, choice = {}) => postgres.transaction((trx) => countRecoverable(trx, { ...range, ...choice }));

/** Six deliveries that failed, one on each of the first six days of a year. */
async function openLosses() {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver({ script: [500] }));
  const courier = opening.use(await openTestCourier({ postgres, schedule: [], slots: 1 }));
  for (let n = 0; n < 6; n++) await courier.keep(eventOf({ url: `${receiver.url}/old` }));
  await eventually(async () => assert.ok((await deliveriesIn(postgres)).every(({ state }) => state === 'failed')));
  await alter(postgres, "update deliveries set ended_at = timestamptz '2026-01-01T00:00:00Z' + (sequence - 1) * interval '1 day'");
  const house = opening.move();
  return { postgres, receiver, courier, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

test('a recovery sends again what failed within its range and nothing else, and its preview says how much that will be', async () => {
  await using losses = await openLosses();
  const { postgres, receiver } = losses;
  const before = receiver.requests.length;
  assert.equal(await preview(postgres), 3);
  assert.equal(await preview(postgres, { accountId: 'other' }), 0);
  receiver.respondWith(200);
  assert.equal(await recover(postgres), 3);
  await receiver.until(({ length }) => length === before + 3);
  await eventually(async () =>
    assert.deepEqual(
      (await deliveriesIn(postgres)).map(({ state }) => state),
      ['failed', 'succeeded', 'succeeded', 'succeeded', 'failed', 'failed'],
    ),
  );
  const sent = receiver.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`);
  assert.equal(new Set(sent).size, 6);
  assert.equal(await recover(postgres), 0);
});

test('what is recovered waits until everything else in its lane was sent', async () => {
  await using losses = await openLosses();
  const { postgres, receiver, courier } = losses;
  const before = receiver.requests.length;
  // One that hangs keeps the only slot until all others wait.
  receiver.respondWith(() => ({ status: 200, delayMs: 600 }));
  await courier.keep(eventOf({ url: `${receiver.url}/slow` }));
  await receiver.until(({ length }) => length === before + 1);
  receiver.respondWith(200);
  assert.equal(await recover(postgres), 3);
  for (let n = 0; n < 3; n++) await courier.keep(eventOf({ url: `${receiver.url}/new` }));
  await receiver.until(({ length }) => length === before + 7);
  assert.deepEqual(
    receiver.requests.slice(before).map(({ path }) => path),
    ['/slow', '/new', '/new', '/new', '/old', '/old', '/old'],
  );
});

test('what belongs to an app that is not enabled is not recovered', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier(house);
  const appId = await keepWebhookApp(house.postgres, { url: receiver.url, schedule: [0.01] });
  await courier.keep(eventOf({ apps: { [appId]: '' } }));
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'failed'));
  const everything = { since: '2000-01-01T00:00:00.000000Z', until: '2100-01-01T00:00:00.000000Z', appId };
  await changeState(house.postgres, appId, 'paused');
  assert.deepEqual([await preview(house.postgres, everything), await recover(house.postgres, everything)], [0, 0]);
  await changeState(house.postgres, appId, 'enabled');
  assert.deepEqual([await preview(house.postgres, everything), await recover(house.postgres, everything)], [1, 1]);
  await eventually(async () => {
    const [delivery] = await deliveriesIn(house.postgres);
    assert.deepEqual([delivery?.state, delivery?.attempts], ['failed', 4]);
  });
});
