import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Postgres } from '@shotwire/postgres';
import { eventually, type Receiver, startReceiver } from '@shotwire/testing';
import { alter } from '../apps.fixture.ts';
import { eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { keepEvent } from '../sql/keep-event.ts';

const hangs = () => startReceiver({ script: [() => ({ status: 200, hang: true })] });

interface Load {
  accountId: string;
  receiver: Receiver;
  items: number;
  /** They failed once an hour ago and are long overdue. */
  overdue?: boolean;
}

/** Fills the queue before anybody works on it. */
async function load(postgres: Postgres, { accountId, receiver, items, overdue = false }: Load): Promise<void> {
  await postgres.transaction(async (trx) => {
    for (let n = 0; n < items; n++) {
      const event = eventOf({ url: `${receiver.url}/${overdue ? 'again' : 'first'}`, accountId });
      await keepEvent(trx, { event, newId: () => crypto.randomUUID(), refuse: () => Promise.resolve(undefined) });
    }
  });
  if (!overdue) return;
  await alter(
    postgres,
    "update deliveries set failures = 1, attempts = 1, next_attempt_at = now() - interval '1 hour' where attempts = 0 and url like '%/again'",
  );
  await alter(
    postgres,
    "update lane_items set priority = 0, due_at = now() - interval '1 hour' where item_id in (select id from deliveries where failures = 1)",
  );
}

test('healthy lanes of the same account and of others are served while dead ones hang with hundreds of deliveries that are overdue', async () => {
  await using house = await openTestPostgres();
  await using dead = await hangs();
  await using dying = await hangs();
  await using theirs = await hangs();
  await using healthy = await startReceiver();
  for (const [accountId, receiver] of [
    ['acme', dead],
    ['acme', dying],
    ['other', theirs],
  ] as const) {
    await load(house.postgres, { accountId, receiver, items: 150, overdue: true });
    await load(house.postgres, { accountId, receiver, items: 50 });
  }
  const limits = { slots: 32, roomPerLane: 4, roomPerAccount: 16 };
  await using courier = await openTestCourier({ ...house, ...limits, timeoutMs: 60_000, graceMs: 0 });
  const hanging = () => [dead, dying, theirs].map(({ requests }) => requests.length);
  await eventually(() => hanging().join() === '4,4,4');
  for (const accountId of ['acme', 'other', 'third']) {
    for (let n = 0; n < 20; n++) await courier.keep(eventOf({ url: healthy.url, accountId }));
  }
  await healthy.until(({ length }) => length === 60);
  assert.deepEqual(hanging(), [4, 4, 4]);
});

test('an account with many dead hosts fills its own room and nobody else waits', async () => {
  await using house = await openTestPostgres();
  await using healthy = await startReceiver();
  await using stack = new AsyncDisposableStack();
  const dead: Receiver[] = [];
  for (let n = 0; n < 8; n++) dead.push(stack.use(await hangs()));
  for (const receiver of dead) await load(house.postgres, { accountId: 'acme', receiver, items: 20 });
  await using courier = await openTestCourier({ ...house, slots: 32, roomPerLane: 4, roomPerAccount: 12, timeoutMs: 60_000, graceMs: 0 });
  const hanging = () => dead.reduce((sum, { requests }) => sum + requests.length, 0);
  await eventually(() => hanging() === 12);
  for (let n = 0; n < 30; n++) await courier.keep(eventOf({ url: healthy.url, accountId: 'other' }));
  await healthy.until(({ length }) => length === 30);
  assert.equal(hanging(), 12);
});

test('retries that hang have a quarter of the slots at most, and of an account half of its room', async () => {
  await using house = await openTestPostgres();
  await using healthy = await startReceiver();
  await using stack = new AsyncDisposableStack();
  const dead: Receiver[] = [];
  for (let n = 0; n < 8; n++) dead.push(stack.use(await hangs()));
  for (const [at, receiver] of dead.entries())
    await load(house.postgres, { accountId: at < 7 ? 'acme' : 'other', receiver, items: 30, overdue: true });
  await using courier = await openTestCourier({ ...house, slots: 16, roomPerLane: 4, roomPerAccount: 8, timeoutMs: 60_000, graceMs: 0 });
  const hanging = (from = 0, to = 8) => dead.slice(from, to).reduce((sum, { requests }) => sum + requests.length, 0);
  await eventually(() => hanging() === 4);
  // First attempts of the account whose retries hang, and of another.
  for (const accountId of ['acme', 'third']) for (let n = 0; n < 20; n++) await courier.keep(eventOf({ url: healthy.url, accountId }));
  await healthy.until(({ length }) => length === 40);
  assert.equal(hanging(), 4);
  assert.ok(hanging(0, 7) <= 4, `${hanging(0, 7)} of one account`);
});
