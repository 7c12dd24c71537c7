import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startReceiver } from '@shotwire/testing';
import { alter, ask, changeState, keepWebhookApp, makeAllDue, moveApp } from '../apps.fixture.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';
import { deleteApp } from '../sql/delete-app.ts';

/** An app with a receiver, and the courier that serves it; what it has failed at once is due again in an hour. */
async function openShop(script: Parameters<typeof startReceiver>[0] = {}) {
  await using opening = new AsyncDisposableStack();
  const { postgres } = opening.use(await openTestPostgres());
  const receiver = opening.use(await startReceiver(script));
  const courier = opening.use(await openTestCourier({ postgres, leaseS: 2 }));
  const id = await keepWebhookApp(postgres, { url: `${receiver.url}/here`, schedule: [3_600, 3_600] });
  const shop = opening.move();
  return {
    postgres,
    receiver,
    courier,
    id,
    say: () => courier.keep(eventOf({ apps: { [id]: '' } })),
    until: (state: string, attempts: number) =>
      eventually(async () => {
        const [delivery] = await deliveriesIn(postgres);
        assert.deepEqual([delivery?.state, delivery?.attempts], [state, attempts]);
      }),
    targets: async () =>
      (await ask<{ target: string | null }>(postgres, 'select target from attempts order by number')).map(({ target }) => target),
    remove: () => postgres.transaction((trx) => deleteApp(trx, { id, accountId: 'acme' })),
    [Symbol.asyncDispose]: () => shop.disposeAsync(),
  };
}

/** Answers once it is told to, as a receiver that takes its time. */
const slowly = () => ({ status: 500, delayMs: 400 });

for (const state of ['paused', 'disabled'] as const) {
  test(`while its app is ${state} a pending retry waits, and it goes on when the app is enabled`, async () => {
    await using shop = await openShop({ script: [500, 200] });
    await shop.say();
    await shop.until('pending', 1);
    await changeState(shop.postgres, shop.id, state);
    await makeAllDue(shop.postgres);
    // Another one passes through the whole courier meanwhile.
    await using other = await startReceiver();
    await shop.courier.keep(eventOf({ url: other.url }));
    await other.until(({ length }) => length === 1);
    await shop.until('paused', 1);
    assert.equal(shop.receiver.requests.length, 1);
    await changeState(shop.postgres, shop.id, 'enabled');
    await shop.until('succeeded', 2);
    const [first, second] = shop.receiver.requests;
    assert.equal(second?.headers['webhook-id'], first?.headers['webhook-id']);
    assert.deepEqual(second?.body, first?.body);
  });

  test(`an attempt that is in flight when its app is ${state} is recorded, and its retry waits for the app`, async () => {
    await using shop = await openShop({ script: [slowly, 200] });
    await shop.say();
    await shop.receiver.until(({ length }) => length === 1);
    await changeState(shop.postgres, shop.id, state);
    await shop.until('paused', 1);
    assert.deepEqual(
      (await attemptsIn(shop.postgres)).map(({ outcome }) => outcome),
      ['failed'],
    );
    await changeState(shop.postgres, shop.id, 'enabled');
    await shop.until('succeeded', 2);
  });
}

test('a retry whose app is deleted is cancelled and never sent', async () => {
  await using shop = await openShop({ script: [500] });
  await shop.say();
  await shop.until('pending', 1);
  assert.equal(await shop.remove(), 1);
  await makeAllDue(shop.postgres);
  await using other = await startReceiver();
  await shop.courier.keep(eventOf({ url: other.url }));
  await other.until(({ length }) => length === 1);
  await shop.until('cancelled', 1);
  assert.equal(shop.receiver.requests.length, 1);
});

test('an attempt that is in flight when its app is deleted shows as lost, and nothing follows it', async () => {
  await using shop = await openShop({ script: [slowly] });
  await shop.say();
  await shop.receiver.until(({ length }) => length === 1);
  await shop.remove();
  await shop.until('cancelled', 1);
  // Its answer comes, and cannot be recorded.
  await eventually(async () => assert.match((await shop.courier.metrics.expose()).text, /outcome="claim_lost"/));
  await shop.until('cancelled', 1);
  assert.deepEqual(
    (await attemptsIn(shop.postgres)).map(({ outcome }) => outcome),
    ['lost'],
  );
  assert.deepEqual(await ask(shop.postgres, 'select 1 from lane_items'), []);
});

test('a delivery that was made while its app was being deleted is cancelled, and keeps nobody else waiting', async () => {
  await using shop = await openShop();
  await shop.say();
  await shop.until('succeeded', 1);
  await shop.remove();
  // What an inbox does that saw the app a moment before it was gone.
  await alter(
    shop.postgres,
    `with again as (update deliveries set state = 'pending', next_attempt_at = now(), ended_at = null, attempts = 0 returning id, lane, account_id),
          cleared as (delete from attempts)
     insert into lane_items (item_id, lane, owner, priority, due_at, ripe) select id, lane, account_id, 1, now(), true from again`,
  );
  await shop.until('cancelled', 0);
  await using other = await startReceiver();
  await shop.courier.keep(eventOf({ url: other.url }));
  await other.until(({ length }) => length === 1);
  assert.equal(shop.receiver.requests.length, 1);
  await eventually(async () => assert.deepEqual(await ask(shop.postgres, 'select 1 from lane_items'), []));
});

test('a delivery that was made due while its app was being paused is not sent, and goes on with the app', async () => {
  await using shop = await openShop({ script: [500, 200] });
  await shop.say();
  await shop.until('pending', 1);
  // The state alone: what an inbox that saw the app a moment before has not noticed.
  await alter(shop.postgres, "update apps set state = 'paused'");
  await makeAllDue(shop.postgres);
  await shop.until('paused', 1);
  assert.equal(shop.receiver.requests.length, 1);
  assert.deepEqual(await ask(shop.postgres, 'select 1 from lane_items'), []);
  // The other way round: it rests, and its app does not.
  await alter(shop.postgres, "update apps set state = 'enabled'");
  await shop.until('succeeded', 2);
});

test('a retry goes to the URL that its app has by then, and each attempt says where it went', async () => {
  await using shop = await openShop({ script: [500] });
  await using elsewhere = await startReceiver();
  await shop.say();
  await shop.until('pending', 1);
  await moveApp(shop.postgres, shop.id, { url: `${elsewhere.url}/there?key=1` });
  await makeAllDue(shop.postgres);
  await shop.until('succeeded', 2);
  assert.equal(shop.receiver.requests.length, 1);
  assert.equal(elsewhere.requests[0]?.headers['webhook-id'], shop.receiver.requests[0]?.headers['webhook-id']);
  assert.deepEqual(await shop.targets(), [`${shop.receiver.url}/here`, `${elsewhere.url}/there`]);
});

test('an attempt that is in flight when its app moves is recorded where it went, and the next one goes to the new URL', async () => {
  await using shop = await openShop({ script: [slowly] });
  await using elsewhere = await startReceiver();
  await shop.say();
  await shop.receiver.until(({ length }) => length === 1);
  await moveApp(shop.postgres, shop.id, { url: `${elsewhere.url}/there` });
  await shop.until('pending', 1);
  await makeAllDue(shop.postgres);
  await shop.until('succeeded', 2);
  assert.deepEqual(await shop.targets(), [`${shop.receiver.url}/here`, `${elsewhere.url}/there`]);
});

test('an app that moves away from a dead URL does not wait for that to be forgotten', async () => {
  await using shop = await openShop({ script: [500] });
  await using elsewhere = await startReceiver();
  for (let n = 0; n < 10; n++) await shop.say();
  await eventually(async () => assert.equal((await ask(shop.postgres, 'select 1 from lane_states where closed_until > now()')).length, 1));
  await moveApp(shop.postgres, shop.id, { url: elsewhere.url });
  await makeAllDue(shop.postgres);
  await elsewhere.until(({ length }) => length === 10);
});
