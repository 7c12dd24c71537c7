import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { arrives, eventOf, openTestHouse, openTestReceiver, openTestRelay, operate } from './events.fixture.ts';
import { announce } from './outbox.ts';
import { STREAM, subjectOf } from './stream.ts';

test('what is announced and committed is kept by the receiver, and leaves the outbox', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay(house);
  const ids = await house.outbox.announce(3);
  relay.nudge();
  await arrives(ids, receiver);
  await eventually(async () => (await house.outbox.count()) === 0);
  assert.equal(receiver.kept.length, 3);
});

test('what was rolled back is never published', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay(house);
  await assert.rejects(
    house.outbox.postgres.transaction(async (trx) => {
      await announce(trx, eventOf());
      throw new Error('changed my mind');
    }),
  );
  const ids = await house.outbox.announce();
  relay.nudge();
  await arrives(ids, receiver);
  assert.deepEqual(receiver.kept, ids);
});

test('an event leaves the outbox when its receiver has kept it, not when it was published', async () => {
  await using house = await openTestHouse();
  const gate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  await using relay = openTestRelay(house);
  const keep = async () => {
    asked.resolve();
    await gate.promise;
  };
  await using receiver = openTestReceiver({ ...house, keep });
  const ids = await house.outbox.announce();
  relay.nudge();
  await asked.promise;
  const { messages } = await operate(house.nats, async (manager) => (await manager.streams.info(STREAM)).state);
  assert.deepEqual([messages, await house.outbox.count()], [1, 1]);
  gate.resolve();
  await arrives(ids, receiver);
  await eventually(async () => (await house.outbox.count()) === 0);
});

test('relays on one outbox share it: each event is stored once, and no receipt is lost when one leaves', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using first = openTestRelay(house);
  await using second = openTestRelay(house);
  const ids = await house.outbox.announce(150);
  first.nudge();
  second.nudge();
  await arrives(ids, receiver);
  await eventually(async () => (await house.outbox.count()) === 0);
  assert.equal(receiver.kept.length, 150);
  await second.stop();
  await house.outbox.announce(20);
  first.nudge();
  await eventually(async () => (await house.outbox.count()) === 0, { timeoutMs: 5_000 });
});

test('an event published twice is stored once', async () => {
  await using house = await openTestHouse();
  await using relay = openTestRelay(house);
  await house.outbox.announce();
  const published = (times: number) =>
    eventually(() =>
      house.outbox.postgres.transaction(async (trx) => (await touch(trx, 'select from outbox where publishes = :times', { times })) === 1),
    );
  await published(1);
  await house.outbox.postgres.transaction((trx) => touch(trx, 'update outbox set next_publish_at = now()'));
  relay.nudge();
  await published(2);
  await eventually(() => operate(house.nats, async (manager) => (await manager.streams.info(STREAM)).state.messages === 1));
});

test('a stream that an operator has changed is used as it is', async () => {
  await using house = await openTestHouse();
  await operate(house.nats, (manager) => manager.streams.add({ name: STREAM, subjects: [subjectOf('>')], max_bytes: 1024 * 1024 }));
  await using receiver = openTestReceiver(house);
  await using _relay = openTestRelay(house);
  await arrives(await house.outbox.announce(), receiver);
});
