import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { DeliveryState, instantFromMs, instantToTimestamp, type ListDeliveriesRequestSchema } from '@shotwire/contract';
import { touch } from '@shotwire/postgres';
import { acme, bucket, isFailure, keepDelivery, openDesk, other, problemsOf, webhook } from './desk.fixture.ts';

type Asked = MessageInitShape<typeof ListDeliveriesRequestSchema>;

const daysAgo = (days: number) => instantToTimestamp(instantFromMs(Date.now() - days * 86_400_000));

test('each filter narrows the choice', async () => {
  await using house = await openDesk();
  const { client, postgres } = house;
  const { app } = await client.createApp({ app: webhook() }, acme);
  const appId = app?.id ?? '';
  const subjectId = randomUUID();
  const plain = await keepDelivery(postgres, { subjectId });
  const toApp = await keepDelivery(postgres, { appId, state: 'failed' });
  const batch = await keepDelivery(postgres, { eventType: 'batch.completed', state: 'succeeded' });
  const old = await keepDelivery(postgres, { madeDays: 3, state: 'cancelled' });
  await keepDelivery(postgres, { accountId: 'other', subjectId });
  const list = async (asked: Asked) => (await client.listDeliveries(asked, acme)).deliveries.map(({ id }) => id);

  assert.deepEqual(await list({}), [old, batch, toApp, plain]);
  assert.deepEqual(await list({ subjectIds: [subjectId, randomUUID(), 'no uuid'] }), [plain]);
  assert.deepEqual(await list({ subjectIds: ['no uuid'] }), []);
  assert.deepEqual(await list({ appId }), [toApp]);
  assert.deepEqual(await list({ appId: 'no uuid' }), []);
  assert.deepEqual(await list({ state: DeliveryState.SUCCEEDED }), [batch]);
  assert.deepEqual(await list({ eventType: 'batch.completed' }), [batch]);
  assert.deepEqual(await list({ since: daysAgo(2) }), [batch, toApp, plain]);
  assert.deepEqual(await list({ until: daysAgo(2) }), [old]);
  assert.deepEqual(await list({ state: DeliveryState.FAILED, eventType: 'batch.completed' }), []);
  assert.equal((await client.listDeliveries({}, other)).deliveries.length, 1);
});

test('the list walks every delivery once, newest first, while others come in', async () => {
  await using house = await openDesk();
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.unshift(await keepDelivery(house.postgres));
  const walked: string[] = [];
  let before = 0n;
  do {
    const { deliveries, next } = await house.client.listDeliveries({ limit: 3, before }, acme);
    walked.push(...deliveries.map(({ id }) => id));
    assert.ok(next === 0n || next === deliveries.at(-1)?.sequence);
    before = next;
    await keepDelivery(house.postgres);
  } while (before !== 0n);
  assert.deepEqual(walked, ids);
});

test('what cannot be asked for is refused by field', async () => {
  await using house = await openDesk();
  const asked = {
    subjectIds: Array.from({ length: 101 }, () => randomUUID()),
    state: 9 as DeliveryState,
    eventType: 'screenshot.finished',
    limit: 501,
    before: -1n,
  };
  assert.deepEqual(Object.keys((await problemsOf(house.client.listDeliveries(asked, acme))) ?? {}).sort(), [
    'before',
    'event_type',
    'limit',
    'state',
    'subject_ids',
  ]);
});

test('a delivery is told with its body and its attempts, and where it goes without the query', async () => {
  await using house = await openDesk();
  const { client, postgres } = house;
  const subjectId = randomUUID();
  const id = await keepDelivery(postgres, { subjectId, attempts: 2, failures: 1, body: '{"event":"screenshot.completed"}' });
  await postgres.transaction(async (trx) => {
    await touch(
      trx,
      `insert into attempts (delivery_id, number, claim_id, finished_at, outcome, target, status, error, duration_ms, response)
       select id, n, gen_random_uuid(), now(), outcome, 'https://receiver.test/hook', status, error, 12, convert_to('no', 'UTF8')
       from deliveries, (values (2, 'spared', null, 'dns_ours'), (1, 'failed', 500, 'status')) as a (n, outcome, status, error)`,
    );
    await touch(trx, `update deliveries set last_status = 500, last_error = 'status'`);
  });
  const { delivery, body, attempts } = await client.getDelivery({ id }, acme);
  assert.equal(Buffer.from(body).toString(), '{"event":"screenshot.completed"}');
  assert.deepEqual(
    [delivery?.id, delivery?.subjectId, delivery?.state, delivery?.attempts, delivery?.lastStatus, delivery?.lastError, delivery?.target],
    [id, subjectId, DeliveryState.PENDING, 2, 500, 'status', 'https://receiver.test/hook'],
  );
  assert.ok(delivery?.nextAttemptAt && delivery.createdAt && !delivery.endedAt && delivery.appId === '');
  assert.deepEqual(
    attempts.map(({ number, outcome, status, error, durationMs, target }) => [number, outcome, status, error, durationMs, target]),
    [
      [1, 'failed', 500, 'status', 12, 'https://receiver.test/hook'],
      [2, 'spared', 0, 'dns_ours', 12, 'https://receiver.test/hook'],
    ],
  );
  assert.equal(Buffer.from(attempts[0]?.response ?? '').toString(), 'no');
  for (const [asked, who] of [
    [id, other],
    ['msg_x', acme],
    ['', acme],
  ] as const)
    await assert.rejects(client.getDelivery({ id: asked }, who), isFailure('not_found'));
});

test('where a delivery will go is where its app is now; where it went last comes first', async () => {
  await using house = await openDesk();
  const { client, postgres } = house;
  const hook = (await client.createApp({ app: webhook({ url: 'https://receiver.test/hook?token=1' }) }, acme)).app?.id ?? '';
  const store = (await client.createApp({ app: bucket() }, acme)).app?.id ?? '';
  const [toHook, toStore] = [
    await keepDelivery(postgres, { appId: hook }),
    await keepDelivery(postgres, { appId: store, body: 'example.com/x.png' }),
  ];
  const target = async (id: string) => (await client.getDelivery({ id }, acme)).delivery?.target;
  assert.deepEqual(
    [await target(toHook), await target(toStore)],
    ['https://receiver.test/hook', 'https://store.test/shots/{domain}/{id}.{ext}'],
  );
  assert.equal((await client.getDelivery({ id: toStore }, acme)).body.length, 0);
  await client.updateApp({ app: { id: hook, ...webhook({ url: 'https://other.test/?a' }) }, mask: { paths: ['webhook.url'] } }, acme);
  assert.equal(await target(toHook), 'https://other.test/');
  await postgres.transaction((trx) => touch(trx, `update deliveries set last_target = 'https://store.test/shots/x.png'`));
  assert.equal(await target(toStore), 'https://store.test/shots/x.png');
});
