import assert from 'node:assert/strict';
import { test } from 'node:test';
import { row, touch } from '@shotwire/postgres';
import { acme, bucket, openDesk, problemsOf, webhook } from './desk.fixture.ts';

async function openWith(app: ReturnType<typeof webhook> | ReturnType<typeof bucket>) {
  const house = await openDesk();
  const { app: made } = await house.client.createApp({ app: { description: 'Orders', ...app } }, acme);
  assert.ok(made);
  const { id } = made;
  return {
    ...house,
    made,
    update: (given: object, ...paths: string[]) => house.client.updateApp({ app: { id, ...given }, mask: { paths } }, acme),
    sealed: async () => (await house.postgres.transaction((trx) => row<{ sealed: Buffer | null }>(trx, 'select sealed from apps')))?.sealed,
  };
}

test('what the mask names changes, and nothing else', async () => {
  await using house = await openWith(webhook({ headers: { 'x-key': 'one' }, events: ['batch.completed'], timeout: 7 }));
  const before = await house.sealed();
  const { app } = await house.update(
    { description: 'Bills', ...webhook({ url: 'https://other.test/', timeout: 9 }) },
    'description',
    'webhook.url',
  );
  assert.ok(app?.kind.case === 'webhook');
  const { url, timeout, events, headers } = app.kind.value;
  assert.deepEqual(
    [app.description, url, timeout, events, headers],
    ['Bills', 'https://other.test/', 7, ['batch.completed'], { 'x-key': '•••' }],
  );
  // Sealed anew, of the same.
  assert.notDeepEqual(await house.sealed(), before);
  assert.deepEqual((await house.client.getApp({ id: house.made.id }, acme)).app, app);
});

test('a kind in the mask is all of its fields; a field that is left out is its default', async () => {
  await using house = await openWith(webhook({ headers: { 'x-key': 'one' }, timeout: 7 }));
  const { app } = await house.update(webhook(), 'webhook');
  assert.ok(app?.kind.case === 'webhook');
  assert.deepEqual([app.kind.value.timeout, app.kind.value.headers], [30, {}]);
  assert.equal(await house.sealed(), null);
});

test('the secret key of a bucket stays unless it is named', async () => {
  await using house = await openWith(bucket());
  await house.update({ kind: { case: 's3', value: { region: 'eu-central-1' } } }, 's3.region');
  assert.ok(await house.sealed());
  assert.deepEqual(await problemsOf(house.update({ kind: { case: 's3', value: {} } }, 's3.secret_key')), {
    's3.secret_key': ['is required'],
  });
});

test('an app does not become another kind, and a mask names fields that there are', async () => {
  await using house = await openWith(webhook());
  const stays = ['cannot be set: the app is a webhook, and stays it'];
  assert.deepEqual(await problemsOf(house.update(bucket(), 's3')), { s3: stays });
  assert.deepEqual(await problemsOf(house.update(bucket(), 's3.bucket')), { s3: stays, 's3.bucket': stays });
  assert.deepEqual(await problemsOf(house.update({}, 'state', 'webhook.headers.x-key', 'webhook.colour', 'description')), {
    mask: ['state', 'webhook.headers.x-key', 'webhook.colour'].map((path) => `has "${path}", which is no field of an app`),
  });
  assert.deepEqual(await problemsOf(house.update({})), { mask: ['must name a field'] });
});

test('a new address is judged, and what is wrong changes nothing', async () => {
  await using house = await openWith(webhook());
  assert.deepEqual(await problemsOf(house.update(webhook({ url: 'https://10.0.0.1/', timeout: 99 }), 'webhook.url', 'webhook.timeout')), {
    'webhook.url': ['This address may not be called.'],
    'webhook.timeout': ['must be from 1 to 30'],
  });
  assert.deepEqual((await house.client.getApp({ id: house.made.id }, acme)).app, house.made);
});

test('an address that stays is not looked up again, and one that is new has not failed yet', async () => {
  await using house = await openWith(webhook());
  await house.postgres.transaction((trx) => touch(trx, 'update apps set failing_since = now()'));
  delete house.dns.records['receiver.test'];
  const { app } = await house.update({ description: 'Bills' }, 'description');
  assert.ok(app?.failingSince);
  assert.equal((await house.update(webhook({ url: 'https://other.test/' }), 'webhook.url')).app?.failingSince, undefined);
});

test('the lane of an app has the limits that its owner wishes', async () => {
  await using house = await openWith(webhook({ maxInFlight: 3, rateLimit: 0.5 }));
  const limits = () => house.postgres.transaction((trx) => row<object>(trx, 'select lane, room, rate from lane_states'));
  const lane = `acme app:${house.made.id}`;
  assert.deepEqual(await limits(), { lane, room: 3, rate: 0.5 });
  await house.update(webhook({ maxInFlight: 9 }), 'webhook.max_in_flight', 'webhook.rate_limit');
  assert.deepEqual(await limits(), { lane, room: 9, rate: null });
  await house.client.deleteApp({ id: house.made.id }, acme);
  assert.equal(await limits(), undefined);
});
