import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { instantFromMs } from '@shotwire/contract';
import { type Postgres, touch } from '@shotwire/postgres';
import { alter, keepWebhookApp } from '../apps.fixture.ts';
import { createWriter } from '../courier/write-body.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { insertApp } from './apps.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { keepEvent } from './keep-event.ts';
import { lapseDeliveries } from './lapse-deliveries.ts';
import { recordAttempts } from './record-attempts.ts';
import { accountSecret } from './secrets.ts';

async function openQueue() {
  const house = await openTestPostgres();
  const { postgres } = house;
  const event = eventOf({ url: 'https://receiver.test/' });
  await postgres.transaction((trx) => keepEvent(trx, { event, newId: randomUUID, refuse: () => Promise.resolve(undefined) }));
  return { ...house, claim: () => claimAll(postgres), lapse: () => lapse(postgres) };
}

const imageLink = () => '';
const write = createWriter({ publicUrl: new URL('https://shots.example.com'), imageLink })(instantFromMs(Date.now()));

function claimAll(postgres: Postgres) {
  return postgres.transaction((trx) =>
    claimDeliveries(trx, {
      lanes: { claimId: randomUUID(), limit: 10, roomPerLane: 10, leaseS: 60 },
      write,
      onUnwritable: () => undefined,
      secretFor: (inside, accountId) => accountSecret(inside, { accountId, sealer: testSealer, randomBytes }),
    }),
  );
}

/** As if every courier had been silent for longer than its lease. */
async function lapse(postgres: Postgres) {
  await postgres.transaction((trx) =>
    touch(trx, `update lane_items set lease_until = now() - interval '1 second' where claim_id is not null`),
  );
  return (await postgres.transaction(lapseDeliveries)).lapsed;
}

const succeeded = {
  verdict: { kind: 'succeeded', status: 200 },
  next: { kind: 'give_up' },
  durationMs: 1,
  target: 'https://receiver.test/',
  response: null,
} as const;

test('a claimed delivery has its attempt on record and its body frozen before anything is sent', async () => {
  await using queue = await openQueue();
  const [claimed] = await queue.claim();
  assert.equal(claimed?.attempt, 1);
  assert.match(String(claimed?.body), /^\{"event":"screenshot\.completed"/);
  assert.equal((await deliveriesIn(queue.postgres))[0]?.state, 'sending');
  assert.deepEqual(
    (await attemptsIn(queue.postgres)).map(({ outcome }) => outcome),
    ['started'],
  );
  assert.deepEqual(await queue.claim(), []);
});

test('the body of the second attempt is that of the first', async () => {
  await using queue = await openQueue();
  const [first] = await queue.claim();
  await queue.lapse();
  const [second] = await queue.claim();
  assert.deepEqual(second?.body, first?.body);
  assert.deepEqual(second?.secrets, first?.secrets);
  assert.equal(second?.attempt, 2);
});

test('a courier that lost its lease cannot record, and the one that has it can', async () => {
  await using queue = await openQueue();
  const [late] = await queue.claim();
  assert.equal(await queue.lapse(), 1);
  const [current] = await queue.claim();
  assert.ok(late && current);
  const record = async (claimed: typeof late) => {
    const { recorded } = await queue.postgres.transaction((trx) => recordAttempts(trx, [{ claimed, ...succeeded }]));
    return recorded[0]?.state;
  };
  assert.equal(await record(late), undefined);
  assert.equal((await deliveriesIn(queue.postgres))[0]?.state, 'sending');
  assert.equal(await record(current), 'succeeded');
  assert.deepEqual(
    (await attemptsIn(queue.postgres)).map(({ outcome }) => outcome),
    ['lost', 'succeeded'],
  );
});

test('a lost attempt is counted but leaves the schedule where it is', async () => {
  await using queue = await openQueue();
  await queue.claim();
  await queue.lapse();
  const [delivery] = await deliveriesIn(queue.postgres);
  assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.failures, delivery?.lastError], ['pending', 1, 0, 'lost']);
});

test('a delivery that keeps being lost is given up in the end', async () => {
  await using queue = await openQueue();
  for (let n = 0; n < 7; n++) {
    assert.equal((await queue.claim()).length, 1);
    await queue.lapse();
  }
  assert.equal((await deliveriesIn(queue.postgres))[0]?.state, 'failed');
  assert.deepEqual(await queue.claim(), []);
  assert.equal(await queue.lapse(), 0);
});

test('a delivery that cannot be written keeps no other waiting, and is given up in the end', async () => {
  await using queue = await openQueue();
  const appId = await keepWebhookApp(queue.postgres, { url: 'https://app.test/' });
  // What a newer version of the desk may have stored.
  await alter(queue.postgres, `update apps set settings = settings || '{"never_heard_of": 1}'`);
  const event = eventOf({ apps: { [appId]: '' } });
  await queue.postgres.transaction((trx) => keepEvent(trx, { event, newId: randomUUID, refuse: () => Promise.resolve(undefined) }));
  const claimed = await queue.claim();
  assert.deepEqual(
    claimed.map(({ target }) => target.kind),
    ['url'],
  );
  await queue.postgres.transaction((trx) => recordAttempts(trx, [{ claimed: claimed[0] as (typeof claimed)[0], ...succeeded }]));
  for (let n = 0; n < 7; n++) {
    assert.equal(await queue.lapse(), 1);
    assert.deepEqual(await queue.claim(), []);
  }
  const [, unwritable] = await deliveriesIn(queue.postgres);
  assert.deepEqual([unwritable?.state, unwritable?.attempts, unwritable?.lastError], ['failed', 7, 'lost']);
});

test('what was claimed while its app was paused or removed is not sent, and stops nobody', async () => {
  await using queue = await openQueue();
  const { postgres } = queue;
  const given = {
    accountId: 'acme',
    description: '',
    settings: { url: 'https://app.test/' },
    sealed: null,
    kind: 'webhook',
    atMost: 9,
  } as const;
  const [paused, removed] = [randomUUID(), randomUUID()];
  for (const id of [paused, removed]) await postgres.transaction((trx) => insertApp(trx, { id, ...given }));
  const event = eventOf({ apps: { [paused]: '', [removed]: '' } });
  await postgres.transaction((trx) => keepEvent(trx, { event, newId: randomUUID, refuse: () => Promise.resolve(undefined) }));
  await postgres.transaction((trx) => touch(trx, "update apps set state = 'paused' where id = :paused", { paused }));
  await postgres.transaction((trx) => touch(trx, 'delete from apps where id = :removed', { removed }));
  assert.equal((await queue.claim()).length, 1);
  assert.deepEqual((await deliveriesIn(postgres)).map(({ state }) => state).toSorted(), ['cancelled', 'paused', 'sending']);
  assert.deepEqual(await queue.claim(), []);
});
