import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { connect } from 'nats';
import { arrives, openTestHouse, openTestReceiver, openTestRelay, operate } from './events.fixture.ts';
import { RECEIPTS, STREAM, subjectOf } from './stream.ts';

test('an event that could not be kept comes again', async () => {
  await using house = await openTestHouse();
  let refusals = 2;
  const keep = async () => {
    if (refusals-- > 0) throw new Error('the database is away');
  };
  await using receiver = openTestReceiver({ ...house, keep });
  await using relay = openTestRelay(house);
  const ids = await house.outbox.announce();
  relay.nudge();
  await arrives(ids, receiver);
  assert.deepEqual(receiver.kept, ids);
  assert.equal(receiver.log.said.filter((line) => line.includes('could not be kept')).length, 2);
});

test('an event that can never be kept comes ever later, and the others come meanwhile', async () => {
  await using house = await openTestHouse();
  const cameMs: number[] = [];
  let poison: string | undefined;
  const keep = async ({ id }: { id: string }) => {
    if (id !== poison) return;
    cameMs.push(performance.now());
    throw new Error('it can never be kept');
  };
  await using receiver = openTestReceiver({ ...house, keep });
  await using relay = openTestRelay(house);
  [poison] = await house.outbox.announce();
  relay.nudge();
  await eventually(() => cameMs.length === 1);
  const ids = await house.outbox.announce(3);
  relay.nudge();
  await arrives(ids, receiver);
  await eventually(() => cameMs.length === 3);
  const [first = 0, second = 0, third = 0] = cameMs;
  assert.ok(second - first > 950, `${second - first} ms`);
  assert.ok(third - second > 1_900, `${third - second} ms`);
  assert.equal(await house.outbox.count(), 1);
});

test('an event may come many times; each time it is kept and its sender told', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using _relay = openTestRelay(house);
  const ids = await house.outbox.announce();
  await arrives(ids, receiver);
  const connection = await connect({ servers: house.nats.url });
  const receipts: string[] = [];
  connection.subscribe(RECEIPTS, { callback: (_, message) => receipts.push(message.string()) });
  const [message] = await operate(house.nats, async (manager) => [await manager.streams.getMessage(STREAM, { seq: 1 })]);
  const { data } = message ?? assert.fail();
  for (let times = 0; times < 5; times++) await connection.jetstream().publish(subjectOf('screenshot.completed'), data);
  await eventually(() => receipts.length === 5);
  assert.deepEqual([receiver.kept.length, new Set(receiver.kept).size, new Set(receipts).size], [6, 1, 1]);
  await connection.close();
});

test('what cannot be read holds up nothing', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay(house);
  await arrives(await house.outbox.announce(), receiver);
  const connection = await connect({ servers: house.nats.url });
  for (const bytes of [Buffer.from('not an event'), Buffer.alloc(0), Buffer.alloc(300, 0xff)]) {
    await connection.jetstream().publish(subjectOf('noise'), bytes);
  }
  await connection.close();
  const ids = await house.outbox.announce();
  relay.nudge();
  await arrives(ids, receiver);
  assert.equal(receiver.kept.length, 2);
  assert.equal(receiver.log.said.filter((line) => line === 'an event could not be read').length, 3);
  const { num_ack_pending, num_pending } = await operate(house.nats, (manager) => manager.consumers.info(STREAM, 'test'));
  assert.deepEqual([num_ack_pending, num_pending], [0, 0]);
});

test('replicas of a receiver share the events', async () => {
  await using house = await openTestHouse();
  await using first = openTestReceiver(house);
  await using second = openTestReceiver(house);
  await using relay = openTestRelay(house);
  const ids = await house.outbox.announce(100);
  relay.nudge();
  await eventually(() => first.kept.length + second.kept.length >= 100);
  assert.deepEqual(new Set([...first.kept, ...second.kept]), new Set(ids));
});

test('a receiver that closes hands on what it has not begun', async () => {
  await using house = await openTestHouse();
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const slow = openTestReceiver({
    ...house,
    keep: async ({ id }) => {
      begun.push(id);
      await gate.promise;
    },
  });
  await using relay = openTestRelay({ ...house, resendAfterS: 300 });
  const ids = await house.outbox.announce(40);
  relay.nudge();
  await eventually(() => begun.length === 8);
  const closing = slow[Symbol.asyncDispose]();
  gate.resolve();
  await closing;
  assert.equal(slow.kept.length, 8);
  await using other = openTestReceiver(house);
  await arrives(
    ids.filter((id) => !slow.kept.includes(id)),
    other,
    5_000,
  );
  await eventually(async () => (await house.outbox.count()) === 0, { timeoutMs: 5_000 });
  assert.equal(other.kept.length, 32);
});
