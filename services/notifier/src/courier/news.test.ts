import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, eventually, type Receiver, startReceiver } from '@shotwire/testing';
import { alter, ask, keepWebhookApp, makeAllDue } from '../apps.fixture.ts';
import { deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

const allNews = ['delivery.failing', 'delivery.exhausted', 'delivery.recovered', 'app.disabled'];

/** An app, and another one that wants to hear how the first one's deliveries go. */
async function openOffice({
  script,
  schedule,
  listens = [200],
}: {
  script: readonly Answer[];
  schedule: number[];
  listens?: readonly Answer[];
}) {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver({ script }));
  const listener = opening.use(await startReceiver({ script: listens }));
  const courier = opening.use(await openTestCourier({ postgres }));
  const id = await keepWebhookApp(postgres, { url: receiver.url, schedule });
  // It would be told of itself too if that were allowed, and another account's hears nothing.
  await keepWebhookApp(postgres, { url: listener.url, events: allNews, schedule: [0.01, 0.01, 0.01, 0.01, 0.01] });
  await keepWebhookApp(postgres, { url: `${listener.url}/stranger`, events: allNews, accountId: 'other' });
  await keepWebhookApp(postgres, { url: `${listener.url}/nameless` });
  const office = opening.move();
  return {
    postgres,
    listener,
    id,
    say: () => courier.keep(eventOf({ apps: { [id]: '' } })),
    /** All deliveries have ended, those of the news too. */
    untilQuiet: () =>
      eventually(async () => {
        const open = (await deliveriesIn(postgres)).filter(({ state }) => !['succeeded', 'failed', 'paused'].includes(state));
        assert.deepEqual(open, []);
      }),
    [Symbol.asyncDispose]: () => office.disposeAsync(),
  };
}

const newsIn = ({ requests }: Receiver) =>
  requests.map(({ path, body }) => {
    const { type, data } = JSON.parse(body.toString());
    return { path, type, data };
  });
const typesIn = (listener: Receiver) => newsIn(listener).map(({ type }) => type);

test('the fourth failure of a delivery is told once, and so is its recovery', async () => {
  await using office = await openOffice({ script: [500, 500, 500, 500, 500, 200], schedule: [0.01, 0.01, 0.01, 0.01, 0.01, 0.01] });
  await office.say();
  await office.listener.until(({ length }) => length >= 2);
  await office.untilQuiet();
  assert.deepEqual(typesIn(office.listener), ['delivery.failing', 'delivery.recovered']);
  const [failing] = newsIn(office.listener);
  const [delivery] = await deliveriesIn(office.postgres);
  assert.match(JSON.stringify(failing?.data), new RegExp(`${delivery?.webhookId}.*"attempts":4|"attempts":4.*${delivery?.webhookId}`));
});

test('a delivery that recovers before its fourth failure is no news', async () => {
  await using office = await openOffice({ script: [500, 500, 500, 200], schedule: [0.01, 0.01, 0.01] });
  await office.say();
  await office.untilQuiet();
  assert.equal((await deliveriesIn(office.postgres))[0]?.failures, 3);
  assert.deepEqual(typesIn(office.listener), []);
});

test('a delivery that is given up is told once', async () => {
  await using office = await openOffice({ script: [500], schedule: [0.01] });
  await office.say();
  await office.listener.until(({ length }) => length >= 1);
  await office.untilQuiet();
  assert.deepEqual(typesIn(office.listener), ['delivery.exhausted']);
});

test('a delivery that is given up since its couriers were lost too often is told too', async () => {
  await using office = await openOffice({ script: [() => ({ status: 200, hang: true })], schedule: [3_600] });
  await office.say();
  await eventually(async () => assert.equal((await deliveriesIn(office.postgres))[0]?.attempts, 1));
  // As if it had been lost that often before, and its courier were silent now.
  await alter(office.postgres, 'update deliveries set attempts = 7');
  await alter(office.postgres, 'update attempts set number = 7');
  await alter(
    office.postgres,
    "update lane_items set claim_id = gen_random_uuid(), lease_until = now() - interval '1 s' where claim_id is not null",
  );
  await office.listener.until(({ length }) => length >= 1);
  assert.deepEqual(typesIn(office.listener), ['delivery.exhausted']);
  assert.equal((await deliveriesIn(office.postgres))[0]?.state, 'failed');
});

test('an app that has done nothing but fail for five days is disabled, which is told once to others and not to itself', async () => {
  await using office = await openOffice({ script: [500], schedule: [3_600, 3_600, 3_600] });
  await alter(
    office.postgres,
    'update apps set settings = settings || \'{"events":["screenshot.completed","app.disabled"]}\' where id = :id',
    { id: office.id },
  );
  for (let n = 0; n < 3; n++) await office.say();
  await eventually(async () => assert.ok((await deliveriesIn(office.postgres)).every(({ failures }) => failures === 1)));
  await alter(office.postgres, "update apps set failing_since = now() - interval '4 days 23 hours' where id = :id", { id: office.id });
  await makeAllDue(office.postgres);
  await eventually(async () => assert.ok((await deliveriesIn(office.postgres)).every(({ failures }) => failures === 2)));
  assert.deepEqual(typesIn(office.listener), []);

  await alter(office.postgres, "update apps set failing_since = now() - interval '5 days 1 minute' where id = :id", { id: office.id });
  await makeAllDue(office.postgres);
  await office.listener.until(({ length }) => length >= 1);
  await office.untilQuiet();
  const [news, ...more] = newsIn(office.listener);
  assert.equal(news?.type, 'app.disabled');
  assert.match(JSON.stringify(news?.data), /failing/);
  assert.deepEqual(more, []);
  assert.deepEqual(await ask(office.postgres, 'select state, disabled_reason as reason from apps where id = :id', { id: office.id }), [
    { state: 'disabled', reason: 'failing' },
  ]);
  // All that was left rests, and its own news was not made.
  assert.deepEqual(
    (
      await ask<{ state: string; type: string }>(office.postgres, 'select state, event_type as type from deliveries where app_id = :id', {
        id: office.id,
      })
    ).map(({ state, type }) => `${state} ${type}`),
    Array.from({ length: 3 }, () => 'paused screenshot.completed'),
  );
});

test('an app that succeeds now and then is not disabled, however long ago its first failure was', async () => {
  await using office = await openOffice({ script: [500, 200, 500], schedule: [3_600] });
  await office.say();
  await eventually(async () => assert.equal((await deliveriesIn(office.postgres))[0]?.failures, 1));
  await alter(office.postgres, "update apps set failing_since = now() - interval '6 days' where id = :id", { id: office.id });
  await makeAllDue(office.postgres);
  await office.untilQuiet();
  await office.say();
  await eventually(async () => assert.equal((await deliveriesIn(office.postgres))[1]?.failures, 1));
  assert.deepEqual(
    await ask(office.postgres, "select state, failing_since > now() - interval '1 hour' as fresh from apps where id = :id", {
      id: office.id,
    }),
    [{ state: 'enabled', fresh: true }],
  );
});

test('news that cannot be told makes no news', async () => {
  await using office = await openOffice({ script: [500], schedule: [0.01], listens: [500] });
  // A second one that listens, and would hear of the first one's troubles.
  await keepWebhookApp(office.postgres, {
    url: `${office.listener.url}/second`,
    events: allNews,
    schedule: [0.01, 0.01, 0.01, 0.01, 0.01],
  });
  await office.say();
  await eventually(async () => assert.equal((await deliveriesIn(office.postgres)).filter(({ state }) => state === 'failed').length, 3));
  await office.untilQuiet();
  assert.deepEqual(new Set(typesIn(office.listener)), new Set(['delivery.exhausted']));
  assert.equal((await ask(office.postgres, "select 1 from events where type like 'delivery.%'")).length, 1);
});
