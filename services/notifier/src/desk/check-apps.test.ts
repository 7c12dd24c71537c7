import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { acme, bucket, openDesk, other, problemsOf, webhook } from './desk.fixture.ts';

test('the apps of a request are those of its account, with a path that can be one', async () => {
  await using house = await openDesk();
  const { client } = house;
  const [hook, store, theirs] = [
    (await client.createApp({ app: webhook() }, acme)).app?.id ?? '',
    (await client.createApp({ app: bucket() }, acme)).app?.id ?? '',
    (await client.createApp({ app: webhook() }, other)).app?.id ?? '',
  ];
  await client.checkApps({}, acme);
  await client.checkApps({ apps: { [hook]: '', [store]: 'archive/{domain}/{id}.png' } }, acme);
  await client.checkApps({ apps: { [store]: '' } }, acme);
  const unknown = ['must be the id of an app of this account'];
  const stranger = randomUUID();
  const problems = await problemsOf(
    client.checkApps({ apps: { [theirs]: '', [stranger]: 'x', 'no id': '', [hook]: 'x', [store]: '{what}' } }, acme),
  );
  assert.deepEqual(Object.keys(problems ?? {}).sort(), [theirs, stranger, 'no id', hook, store].map((id) => `apps.${id}`).sort());
  assert.deepEqual([problems?.[`apps.${theirs}`], problems?.[`apps.${stranger}`], problems?.['apps.no id']], [unknown, unknown, unknown]);
  assert.deepEqual(problems?.[`apps.${hook}`], ['must have no path: the app is a webhook']);
  assert.match(problems?.[`apps.${store}`]?.[0] ?? '', /no variable but \{id\}/);
});

test('a hundred apps are enough for one request', async () => {
  await using house = await openDesk();
  const apps = Object.fromEntries(Array.from({ length: 101 }, () => [randomUUID(), '']));
  assert.deepEqual(await problemsOf(house.client.checkApps({ apps }, acme)), { apps: ['must have at most 100 entries'] });
});
