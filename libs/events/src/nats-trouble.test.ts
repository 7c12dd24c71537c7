import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { arrives, openTestHouse, openTestReceiver, openTestRelay, operate } from './events.fixture.ts';
import { STREAM } from './stream.ts';

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
