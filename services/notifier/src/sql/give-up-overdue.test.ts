import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask, keepWebhookApp } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { keepEvent } from './keep-event.ts';
import { giveUpOverdue } from './lapse-deliveries.ts';

const url = 'https://receiver.test/hook';

/** Deliveries to a webhook_url, one of them to an app, that should have been tried a while ago. */
async function openBacklog({ hours }: { hours: number }) {
  const house = await openTestPostgres();
  const { postgres } = house;
  const appId = await keepWebhookApp(postgres, { url: 'https://app.test/' });
  for (const event of [eventOf({ url }), eventOf({ url }), eventOf({ apps: { [appId]: '' } })]) {
    await postgres.transaction((trx) =>
      keepEvent(trx, { event, newId: () => crypto.randomUUID(), refuse: () => Promise.resolve(undefined) }),
    );
  }
  await alter(postgres, 'update deliveries set next_attempt_at = now() - make_interval(hours => :hours)', { hours });
  await alter(postgres, 'update lane_items set due_at = (select next_attempt_at from deliveries where id = item_id)');
  return {
    ...house,
    /** The breaker closed every lane, or did so in former times. */
    close: (since: string) =>
      alter(postgres, `insert into lane_states (lane, closed_until, closings) select distinct lane, now() ${since}, 1 from lane_items`),
    giveUp: async () => (await postgres.transaction(giveUpOverdue)).length,
    states: async () => (await deliveriesIn(postgres)).map(({ state, lastError }) => [state, lastError]),
  };
}

test('what is overdue for a day to a webhook_url whose lane is closed is given up; what an app waits for is not', async () => {
  await using backlog = await openBacklog({ hours: 25 });
  await backlog.close("+ interval '5 minutes'");
  assert.equal(await backlog.giveUp(), 2);
  assert.deepEqual(await backlog.states(), [
    ['failed', 'overdue'],
    ['failed', 'overdue'],
    ['pending', null],
  ]);
  assert.equal((await ask(backlog.postgres, 'select 1 from lane_items')).length, 1);
  assert.equal(await backlog.giveUp(), 0);
});

test('what is overdue for less than a day is waited for', async () => {
  await using backlog = await openBacklog({ hours: 23 });
  await backlog.close("+ interval '5 minutes'");
  assert.equal(await backlog.giveUp(), 0);
});

test('what is overdue since we were away is not given up, also where its lane was closed when we left', async () => {
  await using backlog = await openBacklog({ hours: 72 });
  assert.equal(await backlog.giveUp(), 0);
  await backlog.close("- interval '71 hours'");
  assert.equal(await backlog.giveUp(), 0);
});

test('what is in hand is not given up', async () => {
  await using backlog = await openBacklog({ hours: 25 });
  await backlog.close("+ interval '5 minutes'");
  await alter(backlog.postgres, "update lane_items set claim_id = gen_random_uuid(), lease_until = now() + interval '1 minute'");
  assert.equal(await backlog.giveUp(), 0);
});

test('after an absence of days a courier delivers what it finds, and gives up only what still cannot be reached', async () => {
  await using house = await openTestPostgres();
  await using healthy = await startReceiver();
  await using dead = await startReceiver({ script: [500] });
  await using listener = await startReceiver();
  await keepWebhookApp(house.postgres, { url: listener.url, events: ['delivery.exhausted'] });
  for (const url of [healthy.url, dead.url])
    for (let n = 0; n < 12; n++)
      await house.postgres.transaction((trx) =>
        keepEvent(trx, { event: eventOf({ url }), newId: () => crypto.randomUUID(), refuse: () => Promise.resolve(undefined) }),
      );
  await alter(house.postgres, "update deliveries set next_attempt_at = now() - interval '3 days'");
  await alter(house.postgres, "update lane_items set due_at = now() - interval '3 days'");
  await using _courier = await openTestCourier({ ...house, schedule: [3_600], roomPerLane: 1, leaseS: 2 });
  await healthy.until(({ length }) => length === 12);
  await eventually(async () => {
    const found = (await deliveriesIn(house.postgres)).slice(0, 24);
    assert.equal(found.filter(({ lastError }) => lastError === 'overdue').length, 2);
    // Ten were tried, and have their schedule before them.
    assert.equal(found.filter(({ state, failures }) => state === 'pending' && failures === 1).length, 10);
  });
  assert.equal(dead.requests.length, 10);
  await listener.until(({ length }) => length === 2);
});
