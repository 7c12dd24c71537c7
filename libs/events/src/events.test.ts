import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touch } from '@shotwire/postgres';
import { eventually, startFaultProxy } from '@shotwire/testing';
import { connect } from 'nats';
import { openBus } from './bus.ts';
import { createTestLog, eventOf, openTestHouse, openTestReceiver, openTestRelay, operate } from './events.fixture.ts';
import { announce } from './outbox.ts';
import { startReceiver } from './receive.ts';
import { startRelay } from './relay.ts';
import { RECEIPTS, STREAM, subjectOf } from './stream.ts';

/** Resolves when all of these were kept. */
const arrives = (ids: readonly string[], { kept }: { kept: readonly string[] }, timeoutMs = 20_000) =>
  eventually(
    () => {
      const missing = new Set(ids).difference(new Set(kept));
      assert.equal(missing.size, 0, `${missing.size} of ${ids.length} are missing`);
    },
    { timeoutMs },
  );

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

test('relay and receiver start without NATS, and events flow when it comes', async () => {
  await using house = await openTestHouse();
  await house.nats.kill();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay(house);
  const ids = await house.outbox.announce(5);
  relay.nudge();
  await eventually(() => receiver.log.said.length > 0 && relay.log.said.length > 0);
  assert.equal(await house.outbox.count(), 5);
  await house.nats.restart();
  await arrives(ids, receiver);
});

test('NATS killed and started again in the midst of 200 events loses none', async () => {
  await using house = await openTestHouse();
  let left = 60;
  const some = Promise.withResolvers<void>();
  const keep = async () => {
    if (--left === 0) some.resolve();
  };
  await using receiver = openTestReceiver({ ...house, keep });
  await using relay = openTestRelay({ ...house, resendAfterS: 1 });
  const ids: string[] = [];
  const announcing = (async () => {
    for (let n = 0; n < 20; n++) {
      ids.push(...(await house.outbox.announce(10)));
      relay.nudge();
    }
  })();
  await some.promise;
  await house.nats.kill('SIGKILL');
  await announcing;
  await house.nats.restart();
  await arrives(ids, receiver);
  assert.equal(ids.length, 200);
});

test('a stream that is deleted while events are unreceived loses none', async () => {
  await using house = await openTestHouse();
  await using relay = openTestRelay({ ...house, resendAfterS: 1 });
  const ids = await house.outbox.announce(50);
  relay.nudge();
  const allStored = () => operate(house.nats, async (manager) => (await manager.streams.info(STREAM)).state.messages === 50);
  await eventually(allStored);
  await operate(house.nats, (manager) => manager.streams.delete(STREAM));
  await eventually(allStored);
  await using receiver = openTestReceiver(house);
  await arrives(ids, receiver);
  await eventually(async () => (await house.outbox.count()) === 0);
});

test('a stream that is deleted under a running receiver is made again, and nothing is lost', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay({ ...house, resendAfterS: 1 });
  await arrives(await house.outbox.announce(), receiver);
  for (let times = 0; times < 2; times++) {
    await operate(house.nats, (manager) => manager.streams.delete(STREAM));
    const ids = await house.outbox.announce(20);
    relay.nudge();
    await arrives(ids, receiver);
  }
});

test('a consumer that is deleted under a running receiver is made again', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay(house);
  await arrives(await house.outbox.announce(), receiver);
  await operate(house.nats, (manager) => manager.consumers.delete(STREAM, 'test'));
  const ids = await house.outbox.announce();
  relay.nudge();
  await arrives(ids, receiver);
});

test('a receiver resumes soon after NATS is back, in the midst of a pull', async () => {
  await using house = await openTestHouse();
  await using receiver = openTestReceiver(house);
  await using relay = openTestRelay({ ...house, resendAfterS: 1 });
  await arrives(await house.outbox.announce(), receiver);
  await house.nats.restart();
  const ids = await house.outbox.announce();
  const began = performance.now();
  await arrives(ids, receiver);
  const ms = performance.now() - began;
  assert.ok(ms < 4_000, `${ms} ms`);
  assert.equal(relay.log.said.includes('the relay ended'), false);
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

for (const [when, disturb] of [
  ['with NATS there', async () => {}],
  ['while NATS is away', (nats: { kill(): Promise<void> }) => nats.kill()],
] as const) {
  test(`relay, receiver and bus close promptly ${when}`, async () => {
    await using house = await openTestHouse();
    const receiver = openTestReceiver(house);
    const relay = openTestRelay(house);
    await arrives(await house.outbox.announce(), receiver);
    await disturb(house.nats);
    await house.outbox.announce();
    relay.nudge();
    await eventually(async () =>
      house.outbox.postgres.transaction(async (trx) => (await touch(trx, 'select from outbox where publishes = 0')) === 0),
    );
    const began = performance.now();
    await Promise.all([relay[Symbol.asyncDispose](), receiver[Symbol.asyncDispose]()]);
    const ms = performance.now() - began;
    assert.ok(ms < 1_000, `${ms} ms`);
  });
}

test('relay, receiver and bus close promptly when NATS never came', async () => {
  await using house = await openTestHouse();
  await house.nats.kill();
  const receiver = openTestReceiver(house);
  const relay = openTestRelay(house);
  await eventually(() => relay.log.said.length > 0);
  const began = performance.now();
  await Promise.all([relay[Symbol.asyncDispose](), receiver[Symbol.asyncDispose]()]);
  const ms = performance.now() - began;
  assert.ok(ms < 1_000, `${ms} ms`);
});

test('relay, receiver and bus close promptly while NATS says nothing', async () => {
  await using house = await openTestHouse();
  await using proxy = await startFaultProxy({ target: house.nats });
  const log = createTestLog();
  const bus = openBus({ url: `nats://${proxy.url}`, name: 'test', log });
  await bus.connection(AbortSignal.timeout(5_000));
  proxy.pause();
  const parts = [
    startRelay({ postgres: house.outbox.postgres, bus, log }),
    startReceiver({ bus, durable: 'test', keep: async () => {}, log }),
  ];
  await new Promise(setImmediate);
  const began = performance.now();
  for (const part of [...parts, bus]) await part[Symbol.asyncDispose]();
  const ms = performance.now() - began;
  assert.ok(ms < 1_000, `${ms} ms`);
});
