import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { finish, renew } from './hold.ts';
import { openTestLanes } from './lanes.fixture.ts';
import { limitLane } from './state.ts';

const LANES = 30;
const nameOf = (n: number) => `lane-${String(n).padStart(2, '0')}`;

for (const rate of [null, 1_000]) {
  test(`a claim locks its lanes ${rate === null ? '' : 'that have a rate '}in the order of those who count outcomes, so that neither waits for ever`, async () => {
    await using queue = await openTestLanes();
    for (let n = LANES - 1; n >= 0; n--) {
      await queue.put(nameOf(n));
      await queue.act((trx) => limitLane(trx, { lane: nameOf(n), room: null, rate }));
    }
    let claiming: Promise<unknown> | undefined;
    await queue.act(async (trx) => {
      await touch(trx, 'select 1 from lane_states where lane = :lane for update', { lane: nameOf(0) });
      claiming = queue.claim({ limit: LANES });
      const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
      // What a transaction saw of others' activity it goes on seeing.
      await eventually(async () => (await queue.act((other) => rows(other, waits))).length > 0);
      // It waits for the first, and so it has no other.
      const free = await rows<{ lane: string }>(trx, 'select lane from lane_states order by lane for update skip locked');
      assert.deepEqual(
        free.map(({ lane }) => lane),
        Array.from({ length: LANES }, (_, n) => nameOf(n)),
      );
    });
    await claiming;
  });
}

test('leases are renewed past what is being finished, and nobody waits', async () => {
  await using queue = await openTestLanes();
  for (let n = 0; n < 3; n++) await queue.put('lane');
  const held = await queue.claim({ limit: 3, leaseS: 30 });
  const [first, , last] = held;
  assert.ok(first && last);
  await queue.act(async (trx) => {
    assert.equal(await finish(trx, last), true);
    await queue.act(async (other) => {
      await touch(other, "set local lock_timeout = '5s'");
      await renew(other, { claimIds: [first.claimId], leaseS: 90 });
    });
    assert.equal(await finish(trx, first), true);
  });
  const left = await queue.act((trx) => rows(trx, "select 1 from lane_items where lease_until > now() + interval '60 seconds'"));
  assert.equal(left.length, 1);
});
