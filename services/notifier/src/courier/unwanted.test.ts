import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '@shotwire/postgres';
import { type Answer, eventually, type Receiver, startReceiver } from '@shotwire/testing';
import { appIn, keepWebhookApp } from '../apps.fixture.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { lockApp } from '../sql/apps.ts';
import { changeAppState } from '../sql/change-app-state.ts';
import { answers, startHostileReceiver } from './hostile-receivers.fixture.ts';

const says =
  (status: number, wish: string): Answer =>
  () => ({ status, headers: { 'webhook-delivery': wish } });

/** A receiver and an app that tells it, one webhook at a time; another app that is told what became of it. */
async function openApp(answer: Answer) {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver({ script: [answer] }));
  const informed = opening.use(await startReceiver());
  const courier = opening.use(await openTestCourier({ postgres, roomPerLane: 1 }));
  const id = await keepWebhookApp(postgres, { url: receiver.url, schedule: [600] });
  await keepWebhookApp(postgres, { url: informed.url, events: ['app.disabled'] });
  // It wants everything but has to name this.
  await keepWebhookApp(postgres, { url: informed.url });
  const rooms = opening.move();
  const states = () =>
    postgres.transaction((trx) =>
      rows<{ state: string }>(trx, 'select state from deliveries where app_id = :id order by sequence', { id }),
    );
  return {
    postgres,
    receiver,
    informed,
    app: () => appIn(postgres, id),
    keep: () => courier.keep(eventOf({ apps: { [id]: '' } })),
    untilStates: (...expected: string[]) =>
      eventually(async () =>
        assert.deepEqual(
          (await states()).map(({ state }) => state),
          expected,
        ),
      ),
    /** As its owner does at the desk. */
    async enable() {
      await postgres.transaction(async (trx) => {
        const row = await lockApp(trx, { id, accountId: 'acme' });
        assert.ok(row);
        await changeAppState(trx, { row, state: 'enabled' });
      });
      courier.wake();
    },
    async disabledNews() {
      await informed.until(({ length }) => length === 1);
      const { type, data } = JSON.parse(String(informed.requests[0]?.body));
      assert.equal(data.app_id, id);
      return [type, data.status, data.reason];
    },
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

const idsOf = ({ requests }: Receiver) => requests.map(({ headers }) => headers['webhook-id']);

for (const [name, answer, reason] of [
  ['410', () => ({ status: 410, delayMs: 300 }), 'gone'],
  ['webhook-delivery: disable', says(500, 'disable'), 'asked'],
] as const)
  test(`an app that answers ${name} is told nothing more; all that waits for it waits on, and goes out when it is enabled again`, async () => {
    await using house = await openApp(answer);
    const { receiver } = house;
    for (let n = 0; n < 3; n++) await house.keep();
    await house.untilStates('paused', 'paused', 'paused');
    await house.keep();
    await house.untilStates('paused', 'paused', 'paused', 'paused');
    assert.equal(receiver.requests.length, 1);
    assert.deepEqual(await house.app(), { state: 'disabled', reason });
    assert.deepEqual(await house.disabledNews(), ['app.disabled', 'disabled', reason]);

    receiver.respondWith(200);
    await house.enable();
    await house.untilStates('succeeded', 'succeeded', 'succeeded', 'succeeded');
    assert.deepEqual(await house.app(), { state: 'enabled', reason: null });
    const ids = idsOf(receiver);
    assert.equal(ids.length, 5);
    assert.equal(new Set(ids).size, 4);
    assert.ok(ids.slice(1).includes(ids[0]));
    assert.equal(house.informed.requests.length, 1);
  });

test('a receiver may take a webhook and want no other', async () => {
  await using house = await openApp(says(200, 'disable'));
  for (let n = 0; n < 2; n++) await house.keep();
  await house.untilStates('succeeded', 'paused');
  assert.deepEqual(await house.app(), { state: 'disabled', reason: 'asked' });
  assert.deepEqual(await house.disabledNews(), ['app.disabled', 'disabled', 'asked']);
  assert.equal(house.receiver.requests.length, 1);
});

test('abort-message ends one delivery as failed, and its app goes on', async () => {
  await using house = await openApp(says(500, 'abort-message'));
  await house.keep();
  await house.untilStates('failed');
  house.receiver.respondWith(says(200, 'abort-message'));
  await house.keep();
  await house.untilStates('failed', 'succeeded');
  assert.deepEqual(await house.app(), { state: 'enabled', reason: null });
  assert.equal(house.receiver.requests.length, 2);
  assert.equal(house.informed.requests.length, 0);
});

test('what was under way when its app was disabled waits too if it fails, and has succeeded if it did', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  const waiting: ((status: number) => void)[] = [];
  await using receiver = await startHostileReceiver((socket, heard) => {
    if (waiting.length === 2) answers(410)(socket, heard);
    else waiting.push((status) => answers(status)(socket, heard));
  });
  await using courier = await openTestCourier(house);
  const id = await keepWebhookApp(postgres, { url: receiver.url, schedule: [600] });
  for (let n = 1; n <= 3; n++) {
    await courier.keep(eventOf({ apps: { [id]: '' } }));
    await eventually(() => receiver.heard.length === n);
  }
  await eventually(async () => assert.equal((await appIn(postgres, id))?.state, 'disabled'));
  for (const [index, answer] of waiting.entries()) answer([500, 200][index] ?? 0);
  await eventually(async () => assert.ok((await deliveriesIn(postgres)).every(({ state }) => state !== 'sending')));
  assert.deepEqual(
    (await deliveriesIn(postgres)).map(({ state, lastStatus }) => [state, lastStatus]),
    [
      ['paused', 500],
      ['succeeded', 200],
      ['paused', 410],
    ],
  );
});

test('a webhook_url cannot be disabled: 410 is a failure like any other, and who wants nothing more ends one delivery', async () => {
  for (const [answer, attempts] of [
    [410, 4],
    [says(410, 'abort-message'), 1],
    [says(500, 'disable'), 1],
    [says(500, 'abort-message'), 1],
    [says(500, 'please'), 4],
  ] as const) {
    await using house = await openTestPostgres();
    await using receiver = await startReceiver({ script: [answer] });
    await using courier = await openTestCourier(house);
    await courier.keep(eventOf({ url: receiver.url }));
    await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'failed'));
    assert.equal((await attemptsIn(house.postgres)).length, attempts);
    assert.equal(receiver.requests.length, attempts);
  }
});
