import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask, makeAllDue } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

interface Lane {
  closed: boolean;
  closings: number;
  inS: number;
}

/** A receiver that fails ten times, so that its lane is closed while twenty deliveries wait. */
async function openClosedLane() {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver({ script: [500] }));
  const courier = opening.use(await openTestCourier({ postgres, schedule: [3_600, 3_600, 3_600], roomPerLane: 1 }));
  const lane = async () =>
    (
      await ask<Lane>(
        postgres,
        `select closed_until > now() as closed, closings, extract(epoch from closed_until - now())::float8 as "inS" from lane_states where closed_until is not null`,
      )
    )[0];
  for (let n = 0; n < 20; n++) await courier.keep(eventOf({ url: receiver.url }));
  await eventually(async () => assert.ok((await lane())?.closed));
  const house = opening.move();
  return {
    postgres,
    receiver,
    courier,
    lane,
    attempts: async () => (await deliveriesIn(postgres)).reduce((sum, { attempts }) => sum + attempts, 0),
    /** The time for which it is closed is over. */
    release: () => alter(postgres, "update lane_states set closed_until = now() - interval '1 ms' where closed_until is not null"),
    /** Something else passes through the whole courier, and the closed lane had its chance. */
    async pass() {
      await using other = await startReceiver();
      await courier.keep(eventOf({ url: other.url, accountId: 'other' }));
      await other.until(({ length }) => length === 1);
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

test('a lane in which nearly everything fails is closed: its deliveries wait and lose no attempt', async () => {
  await using house = await openClosedLane();
  const before = house.receiver.requests.length;
  assert.ok(before >= 10 && before < 20, `${before} requests`);
  const attempts = await house.attempts();
  await makeAllDue(house.postgres);
  await house.pass();
  await house.pass();
  assert.equal(house.receiver.requests.length, before);
  // The two that passed.
  assert.equal(await house.attempts(), attempts + 2);
  assert.equal((await house.lane())?.closings, 1);
});

test('when its time is over one delivery tries the lane: each failure closes it for longer', async () => {
  await using house = await openClosedLane();
  const before = house.receiver.requests.length;
  for (const [closings, atLeastS] of [
    [2, 50],
    [3, 110],
  ] as const) {
    await house.release();
    await eventually(async () => assert.equal((await house.lane())?.closings, closings));
    const { inS = 0 } = (await house.lane()) ?? {};
    assert.ok(inS > atLeastS && inS < 2 * atLeastS + 30, `${inS} s`);
    await house.pass();
    assert.equal(house.receiver.requests.length, before + closings - 1);
  }
});

test('one that hangs on trial is alone, and its success opens the lane for all', async () => {
  await using house = await openClosedLane();
  const before = house.receiver.requests.length;
  house.receiver.respondWith(() => ({ status: 200, delayMs: 500 }));
  await house.release();
  await house.receiver.until(({ length }) => length === before + 1);
  await house.pass();
  assert.equal(house.receiver.requests.length, before + 1);
  house.receiver.respondWith(200);
  await makeAllDue(house.postgres);
  await eventually(async () =>
    assert.deepEqual(
      (await deliveriesIn(house.postgres)).filter(({ state }) => state !== 'succeeded'),
      [],
    ),
  );
  assert.equal(await house.lane(), undefined);
});
