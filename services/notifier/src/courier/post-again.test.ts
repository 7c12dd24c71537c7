import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { type Behaviour, behaves, type Heard, startHostileReceiver } from './hostile-receivers.fixture.ts';

const headerOf = ({ head }: Heard, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];

/** Whatever came first over a connection is answered, and what comes second is not. */
const closesWhenUsedAgain =
  (close: (socket: Socket) => void): Behaviour =>
  (socket, heard) =>
    heard.nth === 1 ? behaves(socket, heard) : close(socket);

/** Delivers twice to a receiver, the second over the connection that the first left; what came of the second. */
async function deliverTwice(second: Behaviour, first: Behaviour = behaves) {
  await using rooms = new AsyncDisposableStack();
  const house = rooms.use(await openTestPostgres());
  const receiver = rooms.use(await startHostileReceiver(first));
  const courier = rooms.use(await openTestCourier({ ...house, schedule: [] }));
  const deliver = async (deliveries: number) => {
    await courier.keep(eventOf({ url: receiver.url }));
    await eventually(async () => {
      const all = await deliveriesIn(house.postgres);
      assert.ok(all.length === deliveries && all.every(({ state }) => state === 'succeeded' || state === 'failed'));
    });
  };
  await deliver(1);
  const before = receiver.heard.length;
  receiver.behaveAs(second);
  await deliver(2);
  const [, delivery] = await deliveriesIn(house.postgres);
  assert.ok(delivery);
  return { delivery, attempts: (await attemptsIn(house.postgres)).length, heard: receiver.heard.slice(before) };
}

const closings: Record<string, (socket: Socket) => void> = {
  'reset it': (socket) => void socket.resetAndDestroy(),
  'ended it': (socket) => void socket.end(),
};

for (const [name, close] of Object.entries(closings))
  test(`a webhook that went out just as its receiver ${name} goes out once more: the same attempt, the same id, the same bytes`, async () => {
    const { delivery, attempts, heard } = await deliverTwice(closesWhenUsedAgain(close));
    assert.deepEqual([delivery.state, delivery.attempts, delivery.failures, attempts], ['succeeded', 1, 0, 2]);
    const [first, again] = heard;
    assert.ok(first && again && heard.length === 2);
    assert.deepEqual([first.nth, again.nth], [2, 1]);
    assert.equal(again.head, first.head);
    assert.deepEqual(again.body, first.body);
    assert.deepEqual([headerOf(again, 'webhook-id'), headerOf(again, 'shotwire-attempt')], [delivery.webhookId, '1']);
  });

test('it goes out no third time', async () => {
  const { delivery, heard } = await deliverTwice((socket) => void socket.resetAndDestroy());
  assert.deepEqual([delivery.state, delivery.attempts, delivery.lastError], ['failed', 1, 'connection_failed']);
  assert.equal(heard.length, 2);
});

test('once a byte of an answer came, it was an answer: nothing is sent again', async () => {
  const { delivery, heard } = await deliverTwice((socket) => void socket.write('H', () => socket.resetAndDestroy()));
  assert.deepEqual([delivery.state, delivery.lastError], ['failed', 'connection_failed']);
  assert.deepEqual(
    heard.map(({ nth }) => nth),
    [2],
  );
});

test('what went out on a fresh connection is not sent again', async () => {
  const closesAfter: Behaviour = (socket) => void socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  const { delivery, heard } = await deliverTwice((socket) => void socket.resetAndDestroy(), closesAfter);
  assert.deepEqual([delivery.state, delivery.lastError], ['failed', 'connection_failed']);
  assert.deepEqual(
    heard.map(({ nth }) => nth),
    [1],
  );
});
