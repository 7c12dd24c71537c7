import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { row, touch } from '@shotwire/postgres';
import type { Claim } from './claim.ts';
import { enqueue } from './enqueue.ts';
import { cancel, depth, finish, handBack, putBack, reap, renew } from './hold.ts';
import { openTestLanes } from './lanes.fixture.ts';

type Lanes = Awaited<ReturnType<typeof openTestLanes>>;

const stateOf = (lanes: Lanes, itemId: string) =>
  lanes.act((trx) => row<object>(trx, 'select * from lane_items where item_id = :itemId', { itemId }));

/** One item in hand. */
async function claimOne(lanes: Lanes): Promise<Claim> {
  await lanes.put('lane');
  const [held] = await lanes.claim();
  assert.ok(held);
  return held;
}

test('an item that is finished is gone', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  assert.equal(await lanes.act((trx) => finish(trx, held)), true);
  assert.equal(await stateOf(lanes, held.itemId), undefined);
});

test('an item that is put back waits for its time, its claims counted', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  assert.equal(await lanes.act((trx) => putBack(trx, { ...held, inS: 60 })), true);
  assert.deepEqual(await lanes.claim(), []);
  await lanes.act((trx) => touch(trx, 'update lane_items set due_at = now()'));
  const [again] = await lanes.claim();
  assert.equal(again?.claims, 2);
  assert.notEqual(again?.claimId, held.claimId);
});

test('an item that is put back for no time is due at once', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  await lanes.act((trx) => putBack(trx, { ...held, inS: 0 }));
  assert.equal((await lanes.claim())[0]?.itemId, held.itemId);
});

test('an item that is handed back is due at once, its claim not counted', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  assert.equal(await lanes.act((trx) => handBack(trx, held)), true);
  const [again] = await lanes.claim();
  assert.deepEqual([again?.itemId, again?.claims], [held.itemId, 1]);
});

test('who lost its claim can neither finish, put back nor hand back', async () => {
  await using lanes = await openTestLanes();
  const lost = await claimOne(lanes);
  const inOthersHands = async () => {
    await lanes.lapseAll();
    await lanes.act(reap);
    await lanes.claim();
  };
  const waiting = async () => {
    await lanes.lapseAll();
    await lanes.act(reap);
  };
  for (const loseIt of [inOthersHands, waiting]) {
    await loseIt();
    const before = await stateOf(lanes, lost.itemId);
    assert.equal(await lanes.act((trx) => finish(trx, lost)), false);
    assert.equal(await lanes.act((trx) => putBack(trx, { ...lost, inS: 9 })), false);
    assert.equal(await lanes.act((trx) => handBack(trx, lost)), false);
    assert.deepEqual(await stateOf(lanes, lost.itemId), before);
  }
  await lanes.act((trx) => cancel(trx, lost.itemId));
  assert.equal(await lanes.act((trx) => finish(trx, lost)), false);
});

test('who finishes first wins: of two that hold the same claim, one is told false', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  const ends = await Promise.all([
    lanes.act((trx) => finish(trx, held)),
    lanes.act((trx) => handBack(trx, held)),
    lanes.act((trx) => finish(trx, held)),
  ]);
  assert.equal(ends.filter((won) => won).length, 1);
});

test('a lease that is renewed is not reaped', async () => {
  await using lanes = await openTestLanes();
  await lanes.put('lane');
  const [held] = await lanes.claim({ leaseS: 0.5 });
  assert.ok(held);
  await lanes.act((trx) => renew(trx, { claimIds: [held.claimId, randomUUID()], leaseS: 60 }));
  await lanes.act((trx) => touch(trx, 'select pg_sleep(0.6)'));
  assert.deepEqual(await lanes.act(reap), []);
  assert.equal(await lanes.act((trx) => finish(trx, held)), true);
});

test('a lease that ran out is not revived', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  await lanes.lapseAll();
  await lanes.act((trx) => renew(trx, { claimIds: [held.claimId], leaseS: 60 }));
  assert.deepEqual(await lanes.act(reap), [{ itemId: held.itemId, claims: 1 }]);
});

test('renewing nothing is no mistake', async () => {
  await using lanes = await openTestLanes();
  await lanes.act((trx) => renew(trx, { claimIds: [], leaseS: 60 }));
});

test('reapers at once name each lapsed item once, and leave those whose lease runs', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 300, lanes: 3, prefix: 'lapsed' });
  const lapsed = await lanes.claim({ limit: 300, roomPerLane: 100 });
  await lanes.lapseAll();
  const alive = await claimOne(lanes);
  const named = (await Promise.all(Array.from({ length: 4 }, () => lanes.act(reap)))).flat();
  assert.deepEqual(named.map(({ itemId }) => itemId).sort(), lapsed.map(({ itemId }) => itemId).sort());
  assert.equal(await lanes.act((trx) => finish(trx, alive)), true);
});

test('a reaper leaves what another one is reaping, and does not wait for it', async () => {
  await using lanes = await openTestLanes();
  const { itemId } = await claimOne(lanes);
  await lanes.lapseAll();
  const named = await lanes.act(async (trx) => [await reap(trx), await lanes.act(reap)]);
  assert.deepEqual(named, [[{ itemId, claims: 1 }], []]);
});

test('one reaping names 500 items at most', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 700, lanes: 1, prefix: 'lapsed' });
  await lanes.claim({ limit: 700, roomPerLane: 700 });
  await lanes.lapseAll();
  assert.equal((await lanes.act(reap)).length, 500);
  assert.equal((await lanes.act(reap)).length, 200);
});

test('what was reaped is due at once, its claims counted', async () => {
  await using lanes = await openTestLanes();
  const held = await claimOne(lanes);
  await lanes.lapseAll();
  await lanes.act(reap);
  const [again] = await lanes.claim();
  assert.deepEqual([again?.itemId, again?.claims], [held.itemId, 2]);
});

test('depth counts what waits and what is in hand, no further than asked', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 10, lanes: 2, prefix: 'lane' });
  await lanes.put('lane', { inS: 60 });
  await lanes.claim({ limit: 3 });
  assert.equal(await lanes.act((trx) => depth(trx, 100)), 11);
  assert.equal(await lanes.act((trx) => depth(trx, 5)), 5);
});

test('an item enters the queue once', async () => {
  await using lanes = await openTestLanes();
  const { itemId } = await claimOne(lanes);
  await assert.rejects(
    lanes.act((trx) => enqueue(trx, { itemId, lane: 'lane', priority: 1 })),
    { kind: 'internal' },
  );
});
