import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { claim, untilDue } from './claim.ts';
import { priorities, raise } from './enqueue.ts';
import { cancel, finish } from './hold.ts';
import { openTestLanes } from './lanes.fixture.ts';

type Lanes = Awaited<ReturnType<typeof openTestLanes>>;

/** How many items each lane has in hand. */
async function inHandByLane(lanes: Lanes): Promise<Map<string, number>> {
  const found = await lanes.act((trx) =>
    rows<{ lane: string; items: number }>(trx, 'select lane, count(*) as items from lane_items where claim_id is not null group by lane'),
  );
  return new Map(found.map(({ lane, items }) => [lane, items]));
}

test('a lane with 5,000 items does not keep 50 lanes with one item waiting', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 5_000, lanes: 1, prefix: 'huge' });
  await lanes.putMany({ items: 50, lanes: 50, prefix: 'small' });
  for (let turn = 0; turn < 6; turn++) await lanes.claim({ limit: 10 });
  const inHand = await inHandByLane(lanes);
  assert.deepEqual([...inHand].filter(([lane]) => lane.startsWith('small')).length, 50);
  assert.equal(inHand.get('huge0'), 10);
});

test('what a lane has in hand already counts against its turn', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 10, lanes: 1, prefix: 'early' });
  await lanes.claim({ limit: 3 });
  await lanes.putMany({ items: 10, lanes: 1, prefix: 'late' });
  await lanes.claim({ limit: 3 });
  assert.deepEqual(Object.fromEntries(await inHandByLane(lanes)), { early0: 3, late0: 3 });
});

test('a lane that is alone may use every slot, up to its room', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 20, lanes: 1, prefix: 'alone' });
  assert.equal((await lanes.claim({ limit: 16, roomPerLane: 8 })).length, 8);
  assert.equal((await lanes.claim({ limit: 16, roomPerLane: 8 })).length, 0);
});

test('claimers in parallel never claim an item twice nor exceed the room of a lane', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 200, lanes: 4, prefix: 'lane' });
  const seen: string[] = [];
  const claimer = async () => {
    for (;;) {
      const claims = await lanes.claim({ limit: 3, roomPerLane: 5 });
      if (claims.length === 0) return;
      seen.push(...claims.map(({ itemId }) => itemId));
      const most = Math.max(...(await inHandByLane(lanes)).values());
      assert.ok(most <= 5, `${most} in hand in one lane`);
      await lanes.act(async (trx) => {
        for (const held of claims) assert.equal(await finish(trx, held), true);
      });
    }
  };
  // One that finds all rooms full goes home; the others finish what is left.
  await Promise.all(Array.from({ length: 8 }, claimer));
  await claimer();
  assert.equal(seen.length, 200);
  assert.equal(new Set(seen).size, 200);
});

test('a claimer waits for the one before it, so that both see what room is left', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 4, lanes: 1, prefix: 'lane' });
  const [claimed, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = lanes.act(async (trx) => {
    const claims = await claim(trx, { claimId: randomUUID(), limit: 2, roomPerLane: 2, leaseS: 30 });
    claimed.resolve();
    await release.promise;
    return claims;
  });
  await claimed.promise;
  await lanes.put('lane0', { priority: priorities.interactive });
  let ended = false;
  const second = lanes.claim({ limit: 2, roomPerLane: 2 }).finally(() => {
    ended = true;
  });
  await eventually(async () => {
    const waiting = await lanes.act((trx) => rows(trx, "select from pg_locks where locktype = 'advisory' and not granted"));
    return ended || waiting.length > 0;
  });
  release.resolve();
  assert.deepEqual([(await first).length, (await second).length], [2, 0]);
});

test('within a lane priority decides, then age', async () => {
  await using lanes = await openTestLanes();
  const background = await lanes.put('lane', { priority: priorities.background });
  const normal = await lanes.put('lane');
  const older = await lanes.put('lane', { priority: priorities.interactive });
  const younger = await lanes.put('lane', { priority: priorities.interactive });
  const order: string[] = [];
  for (let turn = 0; turn < 4; turn++) order.push(...(await lanes.claim()).map(({ itemId }) => itemId));
  assert.deepEqual(order, [older, younger, normal, background]);
});

test('between lanes that were not served yet priority decides, then age', async () => {
  await using lanes = await openTestLanes();
  const first = await lanes.put('z');
  const second = await lanes.put('a');
  const urgent = await lanes.put('m', { priority: priorities.interactive });
  const order: string[] = [];
  for (let turn = 0; turn < 3; turn++) order.push(...(await lanes.claim()).map(({ itemId }) => itemId));
  assert.deepEqual(order, [urgent, first, second]);
});

test('with a single slot lanes take turns, however long and urgent the queue of one is', async () => {
  await using lanes = await openTestLanes();
  const laneOf = new Map<string, string>();
  const put = async (lane: string, items: number, priority: 0 | 1 | 2) => {
    for (let n = 0; n < items; n++) laneOf.set(await lanes.put(lane, { priority }), lane);
  };
  await put('greedy', 10, priorities.interactive);
  await put('modest', 2, priorities.background);
  const order: (string | undefined)[] = [];
  const serve = async () => {
    const [held] = await lanes.claim({ limit: 1 });
    assert.ok(held);
    order.push(laneOf.get(held.itemId));
    await lanes.act((trx) => finish(trx, held));
  };
  for (let turn = 0; turn < 5; turn++) await serve();
  assert.deepEqual(order, ['greedy', 'modest', 'greedy', 'modest', 'greedy']);
  await put('late', 1, priorities.background);
  await serve();
  assert.equal(order.at(-1), 'late');
});

const { background, interactive } = priorities;

test('of background items no more is claimed than there is room for them, whatever they wait behind', async () => {
  await using lanes = await openTestLanes();
  const first = await lanes.put('a', { priority: background });
  for (let n = 0; n < 5; n++) await lanes.put(n % 2 ? 'a' : 'b', { priority: background });
  const urgent = [await lanes.put('c', { priority: interactive }), await lanes.put('a')];
  const claims = await lanes.claim({ limit: 10, roomForBackground: 1 });
  assert.deepEqual(new Set(claims.map(({ itemId }) => itemId)).size, 3);
  for (const id of urgent) assert.ok(claims.some(({ itemId }) => itemId === id));
  assert.equal((await lanes.claim({ limit: 10, roomForBackground: 0 })).length, 0);
  assert.equal((await lanes.claim({ limit: 10, roomForBackground: 3 })).length, 3);
  assert.equal((await lanes.claim({ limit: 10 })).length, 2);
  assert.ok(first);
});

test('room for background items is taken in turn, lane by lane', async () => {
  await using lanes = await openTestLanes();
  const laneOf = new Map<string, string>();
  for (const lane of ['a', 'a', 'a', 'b', 'c']) laneOf.set(await lanes.put(lane, { priority: background }), lane);
  const claims = await lanes.claim({ limit: 10, roomForBackground: 3 });
  assert.deepEqual(claims.map(({ itemId }) => laneOf.get(itemId)).sort(), ['a', 'b', 'c']);
});

test('background items leave a slot to an urgent one that comes later', async () => {
  await using lanes = await openTestLanes();
  for (let n = 0; n < 20; n++) await lanes.put('a', { priority: background });
  assert.equal((await lanes.claim({ limit: 4, roomForBackground: 3 })).length, 3);
  assert.equal((await lanes.claim({ limit: 1, roomForBackground: 0 })).length, 0);
  const urgent = await lanes.put('a', { priority: interactive });
  assert.deepEqual(
    (await lanes.claim({ limit: 1, roomForBackground: 0 })).map(({ itemId }) => itemId),
    [urgent],
  );
});

test('what waits can be made more urgent, and never less', async () => {
  await using lanes = await openTestLanes();
  const older = await lanes.put('a', { priority: background });
  const younger = await lanes.put('a', { priority: background });
  await lanes.act((trx) => raise(trx, interactive, younger));
  await lanes.act((trx) => raise(trx, background, younger));
  const order: string[] = [];
  for (let turn = 0; turn < 2; turn++) order.push(...(await lanes.claim()).map(({ itemId }) => itemId));
  assert.deepEqual(order, [younger, older]);
});

test('a claim carries its id and counts', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 2, lanes: 2, prefix: 'lane' });
  const claims = await lanes.claim({ limit: 5 });
  assert.deepEqual(
    claims.map((one) => one.claims),
    [1, 1],
  );
  assert.equal(new Set(claims.map(({ claimId }) => claimId)).size, 1);
});

test('a claimer that finds nothing due waits for nobody, and one that finds something takes its turn', async () => {
  await using lanes = await openTestLanes();
  await lanes.put('later', { inS: 3_600 });
  const turn = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<void>();
  const other = lanes.act(async (trx) => {
    await touch(trx, "select pg_advisory_xact_lock('lane_items'::regclass::oid::bigint)");
    taken.resolve();
    await turn.promise;
  });
  await using ended = new AsyncDisposableStack();
  ended.defer(() => other);
  await taken.promise;

  let found: number | undefined;
  const looking = lanes.claim().then(({ length }) => {
    found = length;
  });
  ended.defer(() => looking);
  ended.defer(turn.resolve);
  await eventually(() => found === 0);

  const due = await lanes.put('now');
  let claimed: string | undefined;
  const waiting = lanes.claim().then(([item]) => {
    claimed = item?.itemId;
  });
  const waits = () => lanes.act((trx) => rows(trx, "select 1 from pg_locks where locktype = 'advisory' and not granted"));
  await eventually(async () => (await waits()).length === 1);
  assert.equal(claimed, undefined);
  turn.resolve();
  await waiting;
  assert.equal(claimed, due);
});

test('an item of the future is not claimed, untilDue tells when it can be, and then it is', async () => {
  await using lanes = await openTestLanes();
  assert.equal(await lanes.act(untilDue), undefined);
  const later = await lanes.put('lane', { inS: 3_600 });
  assert.deepEqual(await lanes.claim(), []);
  const ms = (await lanes.act(untilDue)) ?? 0;
  assert.ok(ms > 3_500_000 && ms <= 3_600_000, `${ms} ms`);
  await lanes.act((trx) => touch(trx, 'update lane_items set due_at = now()'));
  assert.equal(await lanes.act(untilDue), 0);
  assert.deepEqual(
    (await lanes.claim()).map(({ itemId }) => itemId),
    [later],
  );
});

test('an item without room in its lane does not hide when the next one of another lane is due', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 3, lanes: 1, prefix: 'full' });
  await lanes.put('other', { inS: 60 });
  await lanes.claim({ limit: 5, roomPerLane: 1 });
  const ms = (await lanes.act(untilDue)) ?? 0;
  assert.ok(ms > 50_000, `${ms} ms`);
});

test('more items than one claim ripens fall due together: all are claimed in the end', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 5_000, lanes: 5, prefix: 'lane', inS: 3_600 });
  await lanes.act((trx) => touch(trx, 'update lane_items set due_at = now()'));
  let claimed = 0;
  while ((await lanes.act(untilDue)) === 0) claimed += (await lanes.claim({ limit: 2_000, roomPerLane: 2_000 })).length;
  claimed += (await lanes.claim({ limit: 5_000, roomPerLane: 2_000 })).length;
  assert.equal(claimed, 5_000);
});

test('an item that is being cancelled does not keep claimers waiting', async () => {
  await using lanes = await openTestLanes();
  const cancelled = await lanes.put('a');
  const other = await lanes.put('b');
  const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const cancelling = lanes.act(async (trx) => {
    await cancel(trx, cancelled);
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  assert.deepEqual(
    (await lanes.claim({ limit: 2 })).map(({ itemId }) => itemId),
    [other],
  );
  release.resolve();
  await cancelling;
});

/** What a statement cost, in pages of the shared buffers. */
async function pagesOf(lanes: Lanes, act: (trx: Transaction) => Promise<unknown>): Promise<number> {
  return await lanes.act(async (trx) => {
    const count = async () => {
      const found = await row<{ pages: number }>(
        trx,
        "select sum(pg_stat_get_xact_blocks_fetched(oid)) as pages from pg_class where relname like 'lane_items%'",
      );
      return Number(found?.pages);
    };
    const before = await count();
    await act(trx);
    return (await count()) - before;
  });
}

test('100,000 items of the future in 5,000 lanes cost a claim next to nothing', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 100_000, lanes: 5_000, prefix: 'lane', inS: 3_600 });
  const parts = { claimId: randomUUID(), limit: 32, roomPerLane: 8, leaseS: 30 };
  const idle = await pagesOf(lanes, (trx) => claim(trx, parts));
  assert.ok(idle < 100, `an idle claim read ${idle} pages`);
  const due = await lanes.put('lane7');
  const one = await pagesOf(lanes, async (trx) => assert.equal((await claim(trx, parts))[0]?.itemId, due));
  assert.ok(one < 100, `a claim of one item read ${one} pages`);
  const asked = await pagesOf(lanes, untilDue);
  assert.ok(asked < 20, `untilDue read ${asked} pages`);
});
