import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, touch } from '@shotwire/postgres';
import { priorities } from './enqueue.ts';
import { finish } from './hold.ts';
import { openTestLanes } from './lanes.fixture.ts';
import { countOutcomes, forgetQuietLanes, limitLane } from './state.ts';

type Lanes = Awaited<ReturnType<typeof openTestLanes>>;

const count = (lanes: Lanes, lane: string, outcomes: { successes?: number; failures?: number }) =>
  lanes.act((trx) => countOutcomes(trx, [{ lane, successes: 0, failures: 0, ...outcomes }]));

/** Lets time pass for the lanes. */
const age = (lanes: Lanes, seconds: number) =>
  lanes.act((trx) =>
    touch(
      trx,
      `update lane_states set closed_until = closed_until - make_interval(secs => :seconds), served_at = served_at - make_interval(secs => :seconds),
         counted_since = counted_since - make_interval(secs => :seconds), saved_at = saved_at - make_interval(secs => :seconds)`,
      { seconds },
    ),
  );

const closedForS = async (lanes: Lanes): Promise<number | undefined> => {
  const [found] = await lanes.act((trx) =>
    rows<{ s: number | null }>(trx, 'select extract(epoch from closed_until - now())::float8 as s from lane_states'),
  );
  return found?.s == null ? undefined : Math.ceil(found.s);
};

test('a lane with a room of its own has that many in hand, more or fewer than the claimer says', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 10, lanes: 1, prefix: 'wide' });
  await lanes.putMany({ items: 10, lanes: 1, prefix: 'narrow' });
  await lanes.act((trx) => limitLane(trx, { lane: 'wide0', room: 6, rate: null }));
  await lanes.act((trx) => limitLane(trx, { lane: 'narrow0', room: 1, rate: null }));
  assert.equal((await lanes.claim({ limit: 20, roomPerLane: 3 })).length, 7);
});

test('a lane with a rate gives one second of it at most at once, and then as time passes', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 100, lanes: 1, prefix: 'slow' });
  await lanes.act((trx) => limitLane(trx, { lane: 'slow0', room: null, rate: 5 }));
  await age(lanes, 60);
  assert.equal((await lanes.claim({ limit: 50 })).length, 5);
  assert.equal((await lanes.claim({ limit: 50 })).length, 0);
  await age(lanes, 0.6);
  assert.equal((await lanes.claim({ limit: 50 })).length, 3);
});

test('a rate of less than one a second gives one when its time has come', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 3, lanes: 1, prefix: 'rare' });
  await lanes.act((trx) => limitLane(trx, { lane: 'rare0', room: null, rate: 0.1 }));
  assert.equal((await lanes.claim({ limit: 3 })).length, 1);
  await age(lanes, 5);
  assert.equal((await lanes.claim({ limit: 3 })).length, 0);
  await age(lanes, 5);
  assert.equal((await lanes.claim({ limit: 3 })).length, 1);
});

test('an owner of many lanes has no more than the room of an owner', async () => {
  await using lanes = await openTestLanes();
  for (let lane = 0; lane < 20; lane += 1) await lanes.put(`greedy ${lane}`, { owner: 'greedy' });
  for (let lane = 0; lane < 3; lane += 1) await lanes.put(`modest ${lane}`, { owner: 'modest' });
  assert.equal((await lanes.claim({ limit: 50, roomPerOwner: 5 })).length, 8);
  assert.equal((await lanes.claim({ limit: 50, roomPerOwner: 5 })).length, 0);
});

test('half of the room of an owner is left to what is not background', async () => {
  await using lanes = await openTestLanes();
  for (let lane = 0; lane < 20; lane += 1) await lanes.put(`old ${lane}`, { owner: 'one', priority: priorities.background });
  assert.equal((await lanes.claim({ limit: 50, roomPerOwner: 6 })).length, 3);
  for (let lane = 0; lane < 20; lane += 1) await lanes.put(`new ${lane}`, { owner: 'one' });
  assert.equal((await lanes.claim({ limit: 50, roomPerOwner: 6 })).length, 3);
  assert.equal((await lanes.claim({ limit: 50, roomPerOwner: 6 })).length, 0);
});

test('an owner may spend a minute of its rate at once, and then waits; others do not', async () => {
  await using lanes = await openTestLanes();
  for (let lane = 0; lane < 9; lane += 1) await lanes.put(`busy ${lane}`, { owner: 'busy' });
  assert.equal((await lanes.claim({ limit: 50, ratePerOwner: 6 })).length, 6);
  assert.equal((await lanes.claim({ limit: 50, ratePerOwner: 6 })).length, 0);
  await lanes.put('other', {});
  assert.equal((await lanes.claim({ limit: 50, ratePerOwner: 6 })).length, 1);
  await lanes.act((trx) => touch(trx, "update lane_owners set saved_at = saved_at - interval '20 seconds'"));
  assert.equal((await lanes.claim({ limit: 50, ratePerOwner: 6 })).length, 2);
});

test('a lane in which nearly all fail is closed, and passed over at no cost', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 5, lanes: 1, prefix: 'dead' });
  await count(lanes, 'dead0', { failures: 9 });
  assert.equal(await closedForS(lanes), undefined);
  await count(lanes, 'dead0', { failures: 1 });
  assert.equal(await closedForS(lanes), 30);
  assert.equal((await lanes.claim({ limit: 5 })).length, 0);
  await lanes.put('healthy');
  assert.equal((await lanes.claim({ limit: 5 })).length, 1);
});

test('a lane in which enough succeed stays open', async () => {
  await using lanes = await openTestLanes();
  await count(lanes, 'so-so', { successes: 4, failures: 6 });
  await count(lanes, 'so-so', { failures: 3 });
  assert.equal(await closedForS(lanes), undefined);
});

test('failures that are spread over a longer time do not close a lane', async () => {
  await using lanes = await openTestLanes();
  for (let failures = 0; failures < 30; failures += 1) {
    await count(lanes, 'rare', { failures: 1 });
    await age(lanes, 34);
  }
  assert.equal(await closedForS(lanes), undefined);
});

test('when its time is over a lane gets one probe; a failure closes it for twice as long, ten minutes at most, a success opens it', async () => {
  await using lanes = await openTestLanes();
  await lanes.putMany({ items: 20, lanes: 1, prefix: 'dead' });
  await count(lanes, 'dead0', { failures: 10 });
  for (const nextS of [60, 120, 240, 480, 600, 600]) {
    await age(lanes, 601);
    const [probe, ...more] = await lanes.claim({ limit: 5 });
    assert.ok(probe);
    assert.equal(more.length, 0);
    assert.equal((await lanes.claim({ limit: 5 })).length, 0);
    await lanes.act((trx) => finish(trx, probe));
    await count(lanes, 'dead0', { failures: 1 });
    assert.equal(await closedForS(lanes), nextS);
  }
  await age(lanes, 601);
  await count(lanes, 'dead0', { successes: 1 });
  assert.equal((await lanes.claim({ limit: 5 })).length, 5);
  await count(lanes, 'dead0', { failures: 10 });
  assert.equal(await closedForS(lanes), 30);
});

test('an ordinary lane that was not served for an hour is forgotten, one with limits is not', async () => {
  await using lanes = await openTestLanes();
  await lanes.put('quiet');
  await lanes.claim({ limit: 1 });
  await lanes.act((trx) => limitLane(trx, { lane: 'limited', room: 3, rate: null }));
  await lanes.act(forgetQuietLanes);
  const known = () => lanes.act((trx) => rows<{ lane: string }>(trx, 'select lane from lane_states order by lane'));
  assert.equal((await known()).length, 2);
  await age(lanes, 3_660);
  await lanes.act(forgetQuietLanes);
  assert.deepEqual(await known(), [{ lane: 'limited' }]);
});

test('an owner whose room for background items is full takes no place from the background items of another', async () => {
  await using queue = await openTestLanes();
  const { background } = priorities;
  for (let n = 0; n < 12; n++) await queue.put(`many:${n}`, { owner: 'many', priority: background });
  for (let n = 0; n < 4; n++) await queue.put('one', { owner: 'one', priority: background });
  const wish = { limit: 16, roomPerOwner: 8, roomForBackground: 8 };
  assert.equal((await queue.claim(wish)).length, 8);
  const owners = await queue.act((trx) =>
    rows<{ owner: string; items: number }>(
      trx,
      'select owner, count(*)::int as items from lane_items where claim_id is not null group by owner order by owner',
    ),
  );
  assert.deepEqual(owners, [
    { owner: 'many', items: 4 },
    { owner: 'one', items: 4 },
  ]);
});
