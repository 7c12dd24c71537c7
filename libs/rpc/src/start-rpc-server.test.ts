import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Health, HealthCheckResponse_ServingStatus as ServingStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { checkHealth, createRpcClient } from './index.ts';
import { eventually, Mirror, openMirror } from './mirror.fixture.ts';

const isFailure = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

test('health is asked for the server, for its services and for none that it does not have', async () => {
  await using house = await openMirror();
  using health = createRpcClient(Health, { address: house.server.address, defaultTimeoutMs: 2000 });
  for (const service of ['', Mirror.typeName, Health.typeName])
    assert.equal((await health.check({ service })).status, ServingStatus.SERVING);
  await assert.rejects(health.check({ service: 'nobody' }), isFailure('not_found'));
  house.server.health.setServing(false);
  assert.equal((await health.check({})).status, ServingStatus.NOT_SERVING);
});

test('whether a server is healthy is asked by address or by client, and a server that is not there is not', async () => {
  const house = await openMirror();
  using health = createRpcClient(Health, { address: house.server.address, defaultTimeoutMs: 2000 });
  assert.equal(await checkHealth(house.server.address), true);
  assert.equal(await checkHealth(health), true);
  house.server.health.setServing(false);
  assert.equal(await checkHealth(health), false);
  await house[Symbol.asyncDispose]();
  assert.equal(await checkHealth(health), false);
  assert.equal(await checkHealth(house.server.address), false);
});

test('a watcher is told of each change and of the close, which does not wait for it', async () => {
  const house = await openMirror({ graceMs: 60_000 });
  using health = createRpcClient(Health, { address: house.server.address, defaultTimeoutMs: 10_000 });
  const told: number[] = [];
  const watching = (async () => {
    for await (const { status } of health.watch({ service: Mirror.typeName })) told.push(status);
  })();
  await eventually(() => assert.deepEqual(told, [ServingStatus.SERVING]));
  house.server.health.setServing(false);
  await eventually(() => assert.equal(told.length, 2));
  house.server.health.setServing(true);
  await eventually(() => assert.equal(told.length, 3));
  await house[Symbol.asyncDispose]();
  await watching;
  assert.deepEqual(told, [ServingStatus.SERVING, ServingStatus.NOT_SERVING, ServingStatus.SERVING, ServingStatus.NOT_SERVING]);
});

test('a service that is not known is told so to its watcher', async () => {
  await using house = await openMirror();
  using health = createRpcClient(Health, { address: house.server.address, defaultTimeoutMs: 2000 });
  for await (const { status } of health.watch({ service: 'nobody' })) {
    assert.equal(status, ServingStatus.SERVICE_UNKNOWN);
    break;
  }
});

test('a closing server lets the calls in hand finish and takes no new ones', async () => {
  const work = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const house = await openMirror({
    async reflect() {
      begun.resolve();
      await work.promise;
      return { value: 'done' };
    },
  });
  const call = house.client.reflect({});
  await begun.promise;
  const closing = house.server[Symbol.asyncDispose]();
  using late = createRpcClient(Mirror, { address: house.server.address, defaultTimeoutMs: 2000 });
  await assert.rejects(late.reflect({}), isFailure('unavailable'));
  work.resolve();
  assert.equal((await call).value, 'done');
  await closing;
  house.client[Symbol.dispose]();
});

test('a closing server cuts off a call that does not end within its grace', async () => {
  let signal: AbortSignal | undefined;
  const house = await openMirror({
    graceMs: 100,
    reflect: (_, context) => {
      signal = context.signal;
      return new Promise<never>(() => {});
    },
  });
  const call = assert.rejects(house.client.reflect({}, { timeoutMs: 60_000 }), Failure);
  await eventually(() => assert.ok(signal));
  await house.server[Symbol.asyncDispose]();
  await call;
  await eventually(() => assert.ok(signal?.aborted));
  house.client[Symbol.dispose]();
});

test('a server that comes back on its port is found again', async () => {
  const first = await openMirror({ reflect: async () => ({ value: 'first' }) });
  using client = createRpcClient(Mirror, { address: first.server.address, defaultTimeoutMs: 5000 });
  assert.equal((await client.reflect({})).value, 'first');
  await first[Symbol.asyncDispose]();
  await using second = await openMirror({ address: first.server.address, reflect: async () => ({ value: 'second' }) });
  assert.equal((await client.reflect({})).value, 'second');
  assert.equal(second.server.port, first.server.port);
});

test('a server that was away for a while is found again within seconds', async () => {
  const first = await openMirror();
  using client = createRpcClient(Mirror, { address: first.server.address, defaultTimeoutMs: 5000 });
  await client.reflect({});
  await first[Symbol.asyncDispose]();
  for (let n = 0; n < 3; n++) await assert.rejects(client.reflect({}), isFailure('unavailable'));
  await using _second = await openMirror({ address: first.server.address });
  await eventually(async () => void (await client.reflect({})));
});

test('an address that is taken is an error', async () => {
  await using house = await openMirror();
  await assert.rejects(openMirror({ address: house.server.address }));
});
