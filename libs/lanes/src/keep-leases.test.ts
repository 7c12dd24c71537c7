import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Postgres } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { finish, reap } from './hold.ts';
import { keepLeases } from './keep-leases.ts';
import { openTestLanes } from './lanes.fixture.ts';

type Lanes = Awaited<ReturnType<typeof openTestLanes>>;

/** Keepers of one second's leases, and what they told. */
function keep(
  lanes: Lanes,
  { inHand = [] as string[], postgres = lanes.postgres, lapse = async (trx: Parameters<typeof reap>[0]) => (await reap(trx)).length } = {},
) {
  const told = { lapsed: 0, troubles: [] as unknown[] };
  const keeper = keepLeases({
    postgres,
    leaseS: 1,
    inHand: () => inHand,
    lapse,
    onLapsed: (items) => {
      told.lapsed += items;
    },
    onTrouble: (thrown) => told.troubles.push(thrown),
  });
  return { told, [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose]() };
}

test('what is in hand is kept for many leases; what another let lapse is taken back', async () => {
  await using lanes = await openTestLanes();
  await lanes.put('lane');
  await lanes.put('lane');
  const [mine] = await lanes.claim({ leaseS: 1 });
  const [silent] = await lanes.claim({ leaseS: 2.5 });
  assert.ok(mine && silent);
  await using keeper = keep(lanes, { inHand: [mine.claimId] });
  await eventually(() => keeper.told.lapsed > 0);
  assert.equal(keeper.told.lapsed, 1);
  assert.equal(await lanes.act((trx) => finish(trx, mine)), true);
  assert.equal(await lanes.act((trx) => finish(trx, silent)), false);
  assert.deepEqual(keeper.told.troubles, []);
});

test('leases are renewed although nothing can be taken back', async () => {
  await using lanes = await openTestLanes();
  await lanes.put('lane');
  const [held] = await lanes.claim({ leaseS: 1 });
  assert.ok(held);
  await using keeper = keep(lanes, { inHand: [held.claimId], lapse: async () => Promise.reject(new Error('a mistake')) });
  await eventually(() => keeper.told.troubles.length >= 5);
  assert.deepEqual(await lanes.act(reap), []);
});

test('trouble with the database is told, and passes', async () => {
  await using lanes = await openTestLanes();
  let failures = 2;
  const postgres: Postgres = {
    ...lanes.postgres,
    transaction: (work) => (failures-- > 0 ? Promise.reject(new Error('away')) : lanes.postgres.transaction(work)),
  };
  await lanes.put('lane');
  await lanes.claim();
  await lanes.lapseAll();
  await using keeper = keep(lanes, { postgres });
  await eventually(() => keeper.told.lapsed === 1);
  assert.equal(keeper.told.troubles.length, 2);
});
