import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Postgres } from '@shotwire/postgres';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask, keepWebhookApp, makeAllDue, onlyWebhookId } from '../apps.fixture.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { deleteApp } from './delete-app.ts';
import { type Redelivered, redeliver } from './redeliver.ts';

class Refused extends Error {}

/** As the desk does it: what is not due is not committed. */
async function resend(postgres: Postgres, webhookId: string, accountId = 'acme'): Promise<Redelivered> {
  let became: Redelivered = 'due';
  const act = postgres.transaction(async (trx) => {
    became = await redeliver(trx, { webhookId, accountId });
    if (became !== 'due') throw new Refused();
  });
  await act.catch((thrown) => assert.ok(became !== 'due', String(thrown)));
  return became;
}

test('a resend beside a retry that is due at that moment gives one attempt, with the same id and body', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier({ ...house, schedule: Array.from({ length: 30 }, () => 3_600) });
  await courier.keep(eventOf({ url: receiver.url }));
  const id = await onlyWebhookId(house.postgres);
  const became = new Set<string>();
  for (let attempts = 1; attempts <= 15; attempts++) {
    await eventually(async () => {
      const [delivery] = await deliveriesIn(house.postgres);
      assert.deepEqual([delivery?.state, delivery?.attempts], ['pending', attempts]);
    });
    // The breaker is another matter.
    await alter(house.postgres, 'update lane_states set closed_until = null, successes = 0, failures = 0');
    const [, first] = await Promise.all([makeAllDue(house.postgres), resend(house.postgres, id), courier.keep(eventOf())]);
    became.add(first);
    if (first === 'delivery_busy') await makeAllDue(house.postgres);
  }
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.attempts, 16));
  assert.ok(became.has('due'));
  assert.equal(receiver.requests.length, 16);
  assert.equal(new Set(receiver.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size, 1);
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ number }) => number),
    Array.from({ length: 16 }, (_, at) => at + 1),
  );
});

test('one that is in hand, or was asked for twice at once, is sent once', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [() => ({ status: 500, delayMs: 500 }), () => ({ status: 200, delayMs: 2_000 })] });
  await using courier = await openTestCourier({ ...house, schedule: [] });
  await courier.keep(eventOf({ url: receiver.url }));
  const id = await onlyWebhookId(house.postgres);
  await receiver.until(({ length }) => length === 1);
  assert.equal(await resend(house.postgres, id), 'delivery_busy');
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'failed'));
  const became = await Promise.all(Array.from({ length: 5 }, () => resend(house.postgres, id)));
  // Who asks after another has committed brings forward what is due already.
  assert.deepEqual(new Set([...became, 'delivery_busy']), new Set(['due', 'delivery_busy']));
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'succeeded'));
  assert.equal(receiver.requests.length, 2);
});

test('what has succeeded or failed is sent again from the beginning of its schedule, and its earlier attempts stay on record', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500, 500, 500, 500, 200, 200] });
  await using courier = await openTestCourier({ ...house, schedule: [0.01] });
  await courier.keep(eventOf({ url: receiver.url }));
  const id = await onlyWebhookId(house.postgres);
  const untilState = (state: string, attempts: number) =>
    eventually(async () => {
      const [delivery] = await deliveriesIn(house.postgres);
      assert.deepEqual([delivery?.state, delivery?.attempts], [state, attempts]);
    });
  await untilState('failed', 2);
  assert.equal(await resend(house.postgres, id), 'due');
  await untilState('failed', 4);
  assert.equal(await resend(house.postgres, id), 'due');
  await untilState('succeeded', 5);
  assert.equal(await resend(house.postgres, id), 'due');
  await untilState('succeeded', 6);
  assert.equal(new Set(receiver.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size, 1);
  assert.deepEqual(
    receiver.requests.map(({ headers }) => headers['shotwire-attempt']),
    ['1', '2', '3', '4', '5', '6'],
  );
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ outcome }) => outcome),
    ['failed', 'failed', 'failed', 'failed', 'succeeded', 'succeeded'],
  );
});

test('what waits for an app, was cancelled with it, or is not of this account is not sent', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier(house);
  const appId = await keepWebhookApp(house.postgres, { url: receiver.url });
  await alter(house.postgres, "update apps set state = 'paused'");
  await courier.keep(eventOf({ apps: { [appId]: '' } }));
  const id = await onlyWebhookId(house.postgres);
  assert.equal(await resend(house.postgres, id), 'app_not_enabled');
  assert.equal(await resend(house.postgres, id, 'other'), 'not_found');
  await house.postgres.transaction((trx) => deleteApp(trx, { id: appId, accountId: 'acme' }));
  assert.equal(await resend(house.postgres, id), 'app_not_enabled');
  assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'cancelled');
  assert.deepEqual(await ask(house.postgres, 'select 1 from lane_items'), []);
  assert.equal(receiver.requests.length, 0);
});
