import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDnsServer } from '@shotwire/egress/testing';
import { eventually, startReceiver } from '@shotwire/testing';
import { ask, makeAllDue } from '../apps.fixture.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

test('while our resolver is down attempts are spared: they do not count, are due again in 10 s, and end no schedule', async () => {
  await using house = await openTestPostgres();
  // Nobody answers at the address of the resolver.
  await using courier = await openTestCourier({ ...house, schedule: [3_600] });
  await courier.keep(eventOf({ url: 'http://receiver.test/' }));
  for (let attempts = 1; attempts <= 12; attempts++) {
    await eventually(async () => {
      const [delivery] = await deliveriesIn(house.postgres);
      assert.deepEqual(
        [delivery?.state, delivery?.attempts, delivery?.failures, delivery?.lastError],
        ['pending', attempts, 0, 'dns_ours'],
      );
    });
    const [waits] = await ask<{ inS: number; queueInS: number }>(
      house.postgres,
      `select extract(epoch from next_attempt_at - (select max(finished_at) from attempts))::float8 as "inS",
              extract(epoch from (select due_at from lane_items) - next_attempt_at)::float8 as "queueInS" from deliveries`,
    );
    assert.ok(waits && Math.abs(waits.inS - 10) < 1, `${waits?.inS} s`);
    assert.equal(waits.queueInS, 0);
    await makeAllDue(house.postgres);
  }
  // The breaker says nothing of lanes that were never tried.
  assert.deepEqual(await ask(house.postgres, 'select 1 from lane_states where failures > 0 or closed_until is not null'), []);
  assert.deepEqual(new Set((await attemptsIn(house.postgres)).map(({ outcome }) => outcome)), new Set(['spared']));
});

test('what was spared very often is delivered when the resolver is back, and its schedule is still whole', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500, 500, 200] });
  const url = `http://receiver.test:${receiver.port}/`;
  {
    await using courier = await openTestCourier(house);
    await courier.keep(eventOf({ url }));
    for (let attempts = 1; attempts <= 8; attempts++) {
      await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.attempts, attempts));
      await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'pending'));
      if (attempts < 8) await makeAllDue(house.postgres);
    }
  }
  await using dns = await startDnsServer({ 'receiver.test': { a: ['127.0.0.1'] } });
  await using _courier = await openTestCourier({ ...house, schedule: [0.01, 0.01], dnsServers: [dns.address] });
  await makeAllDue(house.postgres);
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'succeeded'));
  assert.equal(receiver.requests.length, 3);
  assert.equal((await deliveriesIn(house.postgres))[0]?.failures, 2);
});
