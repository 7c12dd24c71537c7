import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppState } from '@shotwire/contract';
import { rows, touch } from '@shotwire/postgres';
import { acme, keepDelivery, openDesk, problemsOf, see, webhook } from './desk.fixture.ts';

async function openWithApp() {
  const house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook() }, acme);
  const id = app?.id ?? '';
  return {
    ...house,
    id,
    keep: (state: string, attempts = 0) => keepDelivery(house.postgres, { appId: id, state, attempts }),
    set: (state: AppState) => house.client.setAppState({ id, state }, acme),
    see: (webhookId: string) => see(house.postgres, webhookId),
    query: (sql: string) => house.postgres.transaction((trx) => rows<Record<string, unknown>>(trx, sql)),
  };
}

for (const [word, resting] of [
  ['paused', AppState.PAUSED],
  ['disabled', AppState.DISABLED],
] as const)
  test(`what is pending rests while its app is ${word}, and is due when it is enabled again`, async () => {
    await using house = await openWithApp();
    const [fresh, tried, sending, done] = [
      await house.keep('pending'),
      await house.keep('pending', 2),
      await house.keep('sending', 1),
      await house.keep('succeeded', 1),
    ];
    const elsewhere = await keepDelivery(house.postgres);
    const rested = await house.set(resting);
    assert.deepEqual([rested.app?.state, rested.deliveries], [resting, 2]);
    assert.equal(rested.app?.disabledReason, resting === AppState.DISABLED ? 'asked' : '');
    for (const one of [fresh, tried]) {
      const seen = await house.see(one);
      assert.deepEqual([seen?.state, seen?.isDue, seen?.priority], ['paused', null, null]);
    }
    assert.deepEqual([(await house.see(sending))?.state, (await house.see(sending))?.priority], ['sending', 1]);
    assert.deepEqual([(await house.see(done))?.state, (await house.see(elsewhere))?.state], ['succeeded', 'pending']);
    assert.equal((await house.set(resting)).deliveries, 0);
    assert.equal(house.due(), 0);

    const enabled = await house.set(AppState.ENABLED);
    assert.deepEqual([enabled.app?.state, enabled.app?.disabledReason, enabled.deliveries], [AppState.ENABLED, '', 2]);
    assert.equal(house.due(), 1);
    for (const [one, priority] of [
      [fresh, 1],
      [tried, 0],
    ] as const) {
      const seen = await house.see(one);
      assert.deepEqual([seen?.state, seen?.isDue, seen?.ripe, seen?.priority], ['pending', true, true, priority]);
    }
  });

test('one that a courier took before it could be stopped is left to it', async () => {
  await using house = await openWithApp();
  const taken = await keepDelivery(house.postgres, { appId: house.id, held: true });
  assert.equal((await house.set(AppState.PAUSED)).deliveries, 0);
  assert.deepEqual([(await house.see(taken))?.state, (await house.see(taken))?.priority], ['pending', 1]);
});

test('an app that is enabled starts afresh', async () => {
  await using house = await openWithApp();
  await house.postgres.transaction((trx) =>
    touch(trx, `update apps set state = 'disabled', disabled_reason = 'failing', failing_since = now() - interval '6 days'`),
  );
  const { app } = await house.client.getApp({ id: house.id }, acme);
  assert.deepEqual([app?.disabledReason, app?.failingSince !== undefined], ['failing', true]);
  assert.equal((await house.set(AppState.ENABLED)).app?.failingSince, undefined);
});

test('a state that there is none of is refused', async () => {
  await using house = await openWithApp();
  for (const state of [AppState.UNSPECIFIED, 9 as AppState])
    assert.deepEqual(await problemsOf(house.set(state)), { state: ['must be one of enabled, paused, disabled'] });
});

test('with an app go its secrets, and what has not ended is cancelled', async () => {
  await using house = await openWithApp();
  const open = [await house.keep('pending'), await house.keep('sending', 1), await house.keep('paused', 1)];
  const ended = [await house.keep('succeeded', 1), await house.keep('failed', 4)];
  const elsewhere = await keepDelivery(house.postgres);
  assert.equal((await house.client.deleteApp({ id: house.id }, acme)).cancelled, 3);
  for (const one of open) assert.deepEqual([(await house.see(one))?.state, (await house.see(one))?.priority], ['cancelled', null]);
  assert.deepEqual([(await house.see(ended[0] ?? ''))?.state, (await house.see(ended[1] ?? ''))?.state], ['succeeded', 'failed']);
  assert.equal((await house.see(elsewhere))?.priority, 1);
  // Nobody will say how the one under way went.
  assert.deepEqual(await house.query('select outcome, error from attempts'), [{ outcome: 'lost', error: 'lost' }]);
  assert.deepEqual(await house.query('select owner from secrets'), []);
  assert.deepEqual((await house.client.listApps({}, acme)).apps, []);
});
