import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { DeliveryState, DeskService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { createRpcClient, startRpcServer } from '@shotwire/rpc';
import { createLogger, createMetrics } from '@shotwire/telemetry';
import { eventOf, openTestPostgres } from '../notifier.fixture.ts';
import { keepEvent } from '../sql/keep-event.ts';
import { desk } from './desk.ts';

async function openDesk() {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const server = opening.use(
    await startRpcServer({
      address: '127.0.0.1:0',
      services: [desk({ postgres, newSecret: () => randomBytes(32) })],
      log: createLogger({ service: 'test', level: 'silent' }),
      metrics: createMetrics('test'),
      newRequestId: randomUUID,
    }),
  );
  const client = opening.use(createRpcClient(DeskService, { address: server.address, defaultTimeoutMs: 5_000 }));
  const house = opening.move();
  return { postgres, client, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

const acme = { context: { account: 'acme' } };
const isFailure = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

test('the deliveries of screenshots are told to their account and to no other', async () => {
  await using house = await openDesk();
  const event = eventOf({ url: 'https://receiver.test/', accountId: 'acme' });
  await house.postgres.transaction((trx) => keepEvent(trx, { event, newId: randomUUID }));
  const screenshotIds = [randomUUID(), event.screenshot?.id ?? '', 'no uuid'];
  const { deliveries } = await house.client.listDeliveries({ screenshotIds }, acme);
  assert.equal(deliveries.length, 1);
  const [delivery] = deliveries;
  assert.match(delivery?.id ?? '', /^msg_[0-9a-f]{32}$/);
  assert.deepEqual(
    [delivery?.screenshotId, delivery?.state, delivery?.attempts, delivery?.lastStatus, delivery?.lastError],
    [event.screenshot?.id, DeliveryState.PENDING, 0, 0, ''],
  );
  assert.ok(delivery?.nextAttemptAt);
  assert.deepEqual((await house.client.listDeliveries({ screenshotIds }, { context: { account: 'other' } })).deliveries, []);
  assert.deepEqual((await house.client.listDeliveries({ screenshotIds: ['no uuid'] }, acme)).deliveries, []);
});

test('more than a hundred ids are refused', async () => {
  await using house = await openDesk();
  const screenshotIds = Array.from({ length: 101 }, () => randomUUID());
  await assert.rejects(house.client.listDeliveries({ screenshotIds }, acme), isFailure('validation_error'));
});

test('a signing secret is made on first use and stays', async () => {
  await using house = await openDesk();
  const { secret } = await house.client.getSigningSecret({}, acme);
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal((await house.client.getSigningSecret({}, acme)).secret, secret);
});

test('nobody is told anything', async () => {
  await using house = await openDesk();
  await assert.rejects(house.client.getSigningSecret({}), isFailure('invalid_api_key'));
  await assert.rejects(house.client.listDeliveries({ screenshotIds: [randomUUID()] }), isFailure('invalid_api_key'));
});
