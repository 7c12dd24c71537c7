import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { row, type Transaction } from '@shotwire/postgres';
import { openStores, optionsOf, plainWish } from '../capture.fixture.ts';
import { openCommits } from './commit-wishes.ts';
import { createRoom } from './room.ts';

const make = (given: Partial<typeof plainWish> & { id?: string } = {}) => ({
  ...plainWish,
  id: randomUUID(),
  options: optionsOf(),
  ...given,
});

/** Commits over a database of their own; says how many transactions they took, and can hold one up. */
async function openHouse({ queueLimit = 100, pendingPerAccount = 100 } = {}) {
  const stores = await openStores();
  let transactions = 0;
  let hold: Promise<void> | undefined;
  const postgres = {
    async transaction<T>(work: (trx: Transaction) => Promise<T>): Promise<T> {
      transactions += 1;
      const held = hold;
      hold = undefined;
      return stores.postgres.transaction(async (trx) => {
        await held;
        return work(trx);
      });
    },
  };
  const room = createRoom({ queueLimit, pendingPerAccount, now: Date.now });
  return {
    commit: openCommits({ postgres, room, retentionHours: 1, newId: () => randomUUID() }),
    transactions: () => transactions,
    holdNext() {
      const held = Promise.withResolvers<void>();
      hold = held.promise;
      return held.resolve;
    },
    count: async () =>
      (await stores.postgres.transaction((trx) => row<{ n: number }>(trx, 'select count(*) as n from screenshots', {})))?.n,
    [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose](),
  };
}

const kindsOf = (ends: readonly PromiseSettledResult<unknown>[]) =>
  ends.map((end) => (end.status === 'fulfilled' ? 'made' : Failure.from(end.reason).kind));

test('wishes that come while one is being committed share the next transaction, and each gets its own row', async () => {
  await using house = await openHouse();
  const release = house.holdNext();
  const wishes = Array.from({ length: 20 }, (_, n) => make({ url: `https://example.com/${n}`, accountId: `account-${n % 3}` }));
  const committed = wishes.map((wish) => house.commit(wish));
  release();
  const made = await Promise.all(committed);
  assert.deepEqual(
    made.map((row) => [row?.id, row?.url, row?.accountId, row?.status]),
    wishes.map(({ id, url, accountId }) => [id, url, accountId, 'pending']),
  );
  assert.equal(house.transactions(), 2);
});

test('a transaction that is stuck holds the next ones up for a moment only', async () => {
  await using house = await openHouse();
  const release = house.holdNext();
  const stuck = house.commit(make());
  assert.equal((await house.commit(make()))?.status, 'pending');
  release();
  assert.equal((await stuck)?.status, 'pending');
});

test('what Postgres cannot hold of one fails that one only', async () => {
  await using house = await openHouse();
  const release = house.holdNext();
  const ends = Promise.allSettled([make(), make(), make({ tags: ['\0'] }), make()].map((wish) => house.commit(wish)));
  release();
  assert.deepEqual(kindsOf(await ends), ['made', 'made', 'internal', 'made']);
  assert.equal(await house.count(), 3);
});

test('an account that is full refuses exactly what is over, and other accounts feel nothing of it', async () => {
  await using house = await openHouse({ pendingPerAccount: 3 });
  const release = house.holdNext();
  const wishes = [...Array.from({ length: 8 }, () => make()), make({ accountId: 'other' })];
  const ends = Promise.allSettled(wishes.map((wish) => house.commit(wish)));
  release();
  assert.deepEqual(kindsOf(await ends), ['made', 'made', 'made', ...Array(5).fill('account_full'), 'made']);
  assert.equal(await house.count(), 4);
  assert.equal((await house.commit(wishes[0] ?? assert.fail()))?.id, wishes[0]?.id, 'what was made before needs no room');
});

test('a queue that is full refuses exactly what is over, whoever asks', async () => {
  await using house = await openHouse({ queueLimit: 4 });
  const release = house.holdNext();
  const ends = Promise.allSettled(Array.from({ length: 6 }, (_, n) => house.commit(make({ accountId: `account-${n % 2}` }))));
  release();
  const kinds = kindsOf(await ends);
  assert.deepEqual(kinds.toSorted(), ['made', 'made', 'made', 'made', 'queue_full', 'queue_full']);
  assert.equal(await house.count(), 4);
});

test('two of one id make one row, for whose account it is', async () => {
  await using house = await openHouse();
  const id = randomUUID();
  const release = house.holdNext();
  const commits = [
    house.commit(make()),
    house.commit(make({ id })),
    house.commit(make({ id })),
    house.commit(make({ id, accountId: 'other' })),
  ];
  release();
  const [, first, second, foreign] = await Promise.all(commits);
  assert.deepEqual(first, second);
  assert.equal(foreign, undefined);
  assert.equal(await house.count(), 2);
});

test('a wish that may share a capture, or brings its page, is committed by itself', async () => {
  await using house = await openHouse();
  const equal = { dedupe: true };
  const made = await Promise.all([make(equal), make(equal), make({ url: '', html: '<p>' })].map((wish) => house.commit(wish)));
  assert.ok(made.every((row) => row?.status === 'pending'));
  assert.equal(house.transactions(), 3);
});
