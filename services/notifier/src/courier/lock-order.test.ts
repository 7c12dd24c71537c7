import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Postgres } from '@shotwire/postgres';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask, changeState, keepWebhookApp } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

const ACCOUNTS = 60;
const EACH = 6;

test('couriers that claim and record in many lanes at once, while an app comes and goes, never lock each other out', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  await using receiver = await startReceiver({ script: [...Array.from({ length: ACCOUNTS * EACH }, (_, n) => (n % 3 ? 200 : 500)), 200] });
  const wish = { postgres, schedule: Array.from({ length: 10 }, () => 0.05), slots: 64 };
  await using first = await openTestCourier(wish);
  await using second = await openTestCourier(wish);
  const appId = await keepWebhookApp(postgres, { url: receiver.url, schedule: wish.schedule });
  const saying = Array.from({ length: EACH }, async (_, turn) => {
    for (let n = 0; n < ACCOUNTS; n++) {
      const courier = (n + turn) % 2 ? first : second;
      // From both ends, so that lanes are met in all orders.
      const accountId = `account-${turn % 2 ? n : ACCOUNTS - n}`;
      await courier.keep(eventOf(n % 10 ? { url: receiver.url, accountId } : { apps: { [appId]: '' } }));
    }
  });
  const switching = (async () => {
    for (let n = 0; n < 20; n++) await changeState(postgres, appId, n % 2 ? 'enabled' : 'paused');
  })();
  await Promise.all([...saying, switching]);
  await eventually(
    async () =>
      assert.deepEqual(
        (await deliveriesIn(postgres)).filter(({ state }) => state !== 'succeeded'),
        [],
      ),
    { timeoutMs: 30_000 },
  );
  assert.equal((await deliveriesIn(postgres)).length, ACCOUNTS * EACH);
  await assertNoDeadlock(postgres);
});

test('two apps that fail and listen to each other, served by two couriers, never lock each other out', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  await using receiver = await startReceiver({ script: [500] });
  const schedule = [0.01, 0.01, 0.01, 0.01];
  await using first = await openTestCourier({ postgres, slots: 2 });
  await using second = await openTestCourier({ postgres, slots: 2 });
  const events = ['screenshot.completed', 'delivery.failing', 'delivery.exhausted'];
  const apps = [
    await keepWebhookApp(postgres, { url: receiver.url, schedule, events }),
    await keepWebhookApp(postgres, { url: receiver.url, schedule, events }),
  ];
  for (let n = 0; n < 12; n++) await (n % 2 ? first : second).keep(eventOf({ apps: { [apps[n % 2] as string]: '' } }));
  const open = async () => {
    // The breaker is another matter.
    await alter(postgres, 'update lane_states set closed_until = null, successes = 0, failures = 0');
    return (await ask(postgres, "select 1 from deliveries where state in ('pending', 'sending')")).length;
  };
  await eventually(async () => assert.equal(await open(), 0), { timeoutMs: 30_000 });
  await assertNoDeadlock(postgres);
});

async function assertNoDeadlock(postgres: Postgres): Promise<void> {
  // Servers write such numbers down now and then.
  await ask(postgres, 'select pg_stat_force_next_flush()');
  assert.deepEqual(await ask(postgres, 'select deadlocks::int as n from pg_stat_database where datname = current_database()'), [{ n: 0 }]);
}
