import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touch } from '@shotwire/postgres';
import { eventually, startFaultProxy } from '@shotwire/testing';
import { openBus } from './bus.ts';
import { arrives, createTestLog, openTestHouse, openTestReceiver, openTestRelay } from './events.fixture.ts';
import { startReceiver } from './receive.ts';
import { startRelay } from './relay.ts';

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
