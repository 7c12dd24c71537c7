import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { row } from '@shotwire/postgres';
import { deliveriesIn, eventOf, openTestPostgres } from '../notifier.fixture.ts';
import { inbox } from './inbox.ts';

const url = 'https://receiver.test/hook';

async function openInbox() {
  const house = await openTestPostgres();
  const wakes: string[] = [];
  const keep = inbox({
    postgres: house.postgres,
    courier: { wake: () => void wakes.push('courier') },
    newId: randomUUID,
    refuse: () => Promise.resolve(undefined),
  });
  const count = (table: string) => house.postgres.transaction((trx) => row<{ n: number }>(trx, `select count(*) as n from ${table}`));
  return { ...house, keep, wakes, count };
}

test('an event that comes five times at once is one delivery', async () => {
  await using house = await openInbox();
  const event = eventOf({ url });
  await Promise.all(Array.from({ length: 5 }, () => house.keep(event)));
  assert.equal((await deliveriesIn(house.postgres)).length, 1);
  assert.deepEqual(await Promise.all(['events', 'lane_items'].map(house.count)), [{ n: 1 }, { n: 1 }]);
});

test('the courier of this replica and those of others are told once, after the commit', async () => {
  await using house = await openInbox();
  const event = eventOf({ url });
  await house.keep(event);
  await house.keep(event);
  assert.deepEqual(house.wakes, ['courier']);
});

test('a screenshot without a webhook_url, or one that was cancelled, makes no delivery and wakes nobody', async () => {
  await using house = await openInbox();
  await house.keep(eventOf());
  await house.keep(eventOf({ type: 'screenshot.cancelled', url }));
  assert.deepEqual(await deliveriesIn(house.postgres), []);
  assert.deepEqual(house.wakes, []);
});

test('an event that cannot be kept is refused, so that it comes again', async () => {
  await using house = await openInbox();
  const event = eventOf({ url });
  await assert.rejects(house.keep({ ...event, id: 'no uuid' }), Failure);
  assert.deepEqual(await house.count('events'), { n: 0 });
});
