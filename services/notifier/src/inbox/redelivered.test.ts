import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Event, type Instant, instantToTimestamp } from '@shotwire/contract';
import { openBus, startReceiver as startEventReceiver } from '@shotwire/events';
import { createLogger } from '@shotwire/telemetry';
import { eventually, startReceiver } from '@shotwire/testing';
import { ask, keepWebhookApp } from '../apps.fixture.ts';
import { eventOf as exampleOf } from '../core/events.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier } from '../notifier.fixture.ts';
import { openHouse } from '../processes.fixture.ts';

const EVENTS = 20;

/** Two replicas that receive from one stream, where everything that is kept is reported as if it were not, the first time. */
async function openForgetful() {
  await using opening = new AsyncDisposableStack();
  const house = opening.use(await openHouse());
  const receiver = opening.use(await startReceiver());
  const log = createLogger({ service: 'test', level: 'silent' });
  const came = new Map<string, number>();
  for (let replica = 0; replica < 2; replica++) {
    const { keep } = opening.use(await openTestCourier({ postgres: house.postgres, attemptsPerMinute: 1_000_000 }));
    const bus = opening.use(openBus({ url: house.nats.url, name: `replica-${replica}`, log }));
    const keepAndForget = async (event: Event) => {
      const times = (came.get(event.id) ?? 0) + 1;
      came.set(event.id, times);
      await Promise.all([keep(event), keep(event)]);
      if (times === 1) throw new Error('it is kept, and nobody will know');
    };
    opening.use(startEventReceiver({ bus, durable: 'notifier', keep: keepAndForget, log }));
  }
  const forgetful = opening.move();
  return { ...house, receiver, came, [Symbol.asyncDispose]: () => forgetful.disposeAsync() };
}

test('events that JetStream brings again, to two replicas and twice at once, are one delivery for each destination', async () => {
  await using house = await openForgetful();
  const { receiver, came, postgres } = house;
  const appId = await keepWebhookApp(postgres, { url: `${receiver.url}/app` });
  await house.say(...Array.from({ length: EVENTS }, () => eventOf({ url: `${receiver.url}/url`, apps: { [appId]: '' } })));
  await eventually(() => [...came.values()].filter((times) => times >= 2).length === EVENTS, { timeoutMs: 20_000 });
  await eventually(async () => {
    const found = await deliveriesIn(postgres);
    assert.deepEqual([found.length, found.filter(({ state }) => state === 'succeeded').length], [2 * EVENTS, 2 * EVENTS]);
  });
  assert.equal(receiver.requests.length, 2 * EVENTS);
  assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 2 * EVENTS);
  assert.deepEqual(await ask(postgres, 'select event_id, destination from deliveries group by 1, 2 having count(*) > 1'), []);
});

test('events come out of order, and an old one after a newer one: each is delivered once to whom it concerns', async () => {
  await using house = await openForgetful();
  const { receiver, postgres } = house;
  const appId = await keepWebhookApp(postgres, { url: `${receiver.url}/app` });
  const announcement = {
    webhookUrl: `${receiver.url}/url`,
    webhookEvents: ['screenshot.completed', 'app.upload.finished'],
    apps: { [appId]: '' },
  };
  const events = ['app.upload.finished', 'screenshot.completed', 'app.upload.failed', 'screenshot.failed'].map((type, at) => {
    const event = exampleOf({ type, announcement });
    event.id = crypto.randomUUID();
    event.occurredAt = instantToTimestamp(`2026-03-09T10:30:0${9 - at}.000000Z` as Instant);
    return event;
  });
  // One after the other, the newest first.
  for (const event of events) {
    await house.say(event);
    await eventually(async () =>
      assert.equal((await ask(postgres, 'select 1 from events where event_id = :id', { id: event.id })).length, 1),
    );
  }
  await eventually(async () => assert.ok((await deliveriesIn(postgres)).every(({ state }) => state === 'succeeded')));
  await eventually(() => [...house.came.values()].every((times) => times >= 2));
  const made = await ask<{ type: string; destinations: number }>(
    postgres,
    'select event_type as type, count(*)::int as destinations from deliveries group by 1 order by 1',
  );
  assert.deepEqual(made, [
    { type: 'app.upload.failed', destinations: 1 },
    { type: 'app.upload.finished', destinations: 2 },
    { type: 'screenshot.completed', destinations: 2 },
    { type: 'screenshot.failed', destinations: 1 },
  ]);
  assert.equal(receiver.requests.length, 6);
});
