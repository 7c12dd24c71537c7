import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { ask, makeAllDue } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

const STEP_MS = 600_000;

for (const stepMs of [STEP_MS, -STEP_MS]) {
  const way = stepMs > 0 ? 'forward' : 'back';

  test(`a clock of ours that steps ten minutes ${way} moves no schedule, and each webhook has the time of its attempt`, async () => {
    await using house = await openTestPostgres();
    await using receiver = await startReceiver({ script: [500] });
    let offMs = 0;
    const now = () => Date.now() + offMs;
    await using courier = await openTestCourier({ ...house, schedule: [30, 30, 30], now });
    await courier.keep(eventOf({ url: receiver.url }));
    for (let attempt = 1; attempt <= 3; attempt++) {
      await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.failures, attempt));
      const [waits] = await ask<{ inS: number; queueInS: number }>(
        house.postgres,
        `select extract(epoch from next_attempt_at - (select max(finished_at) from attempts))::float8 as "inS",
                extract(epoch from (select due_at from lane_items) - next_attempt_at)::float8 as "queueInS" from deliveries`,
      );
      assert.ok(waits && Math.abs(waits.inS - 30) < 1, `${waits?.inS} s`);
      assert.equal(waits.queueInS, 0);
      const { headers, at } = receiver.requests[attempt - 1] ?? {};
      assert.ok(
        Math.abs(Number(headers?.['webhook-timestamp']) * 1000 - ((at ?? 0) + offMs)) < 5_000,
        String(headers?.['webhook-timestamp']),
      );
      offMs += attempt === 1 ? stepMs : -stepMs;
      await makeAllDue(house.postgres);
    }
  });

  test(`a lease outlives a step of ten minutes ${way}: what is in flight is not taken for lost`, async () => {
    await using house = await openTestPostgres();
    await using receiver = await startReceiver({ script: [() => ({ status: 200, delayMs: 1_500 })] });
    let offMs = 0;
    await using courier = await openTestCourier({ ...house, leaseS: 2, now: () => Date.now() + offMs });
    await courier.keep(eventOf({ url: receiver.url }));
    await receiver.until(({ length }) => length === 1);
    offMs = stepMs;
    await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'succeeded'));
    assert.equal((await deliveriesIn(house.postgres))[0]?.attempts, 1);
  });
}

test('what an account has open is counted anew after a step back', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  let offMs = 0;
  await using courier = await openTestCourier({ ...house, pendingPerAccount: 3, now: () => Date.now() + offMs });
  for (let n = 0; n < 3; n++) await courier.keep(eventOf({ url: receiver.url }));
  await eventually(async () => assert.ok((await deliveriesIn(house.postgres)).every(({ state }) => state === 'succeeded')));
  offMs = -STEP_MS;
  await courier.keep(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 4);
  assert.deepEqual(
    (await deliveriesIn(house.postgres)).filter(({ lastError }) => lastError !== null),
    [],
  );
});
