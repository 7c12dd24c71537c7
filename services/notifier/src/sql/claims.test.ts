import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { instantFromMs } from '@shotwire/contract';
import { type Postgres, touch } from '@shotwire/postgres';
import { attemptsIn, deliveriesIn, eventOf, openTestPostgres } from '../notifier.fixture.ts';
import { claimDeliveries } from './claim-deliveries.ts';
import { keepEvent } from './keep-event.ts';
import { lapseDeliveries } from './lapse-deliveries.ts';
import { recordAttempt } from './record-attempt.ts';
import { signingSecret } from './signing-secret.ts';

const newSecret = () => randomBytes(32);

async function openQueue() {
  const house = await openTestPostgres();
  const { postgres } = house;
  const event = eventOf({ url: 'https://receiver.test/' });
  await postgres.transaction((trx) => keepEvent(trx, { event, newId: randomUUID }));
  return { ...house, claim: () => claimAll(postgres), lapse: (attemptsAtMost = 10) => lapse(postgres, attemptsAtMost) };
}

function claimAll(postgres: Postgres) {
  return postgres.transaction((trx) =>
    claimDeliveries(trx, {
      lanes: { claimId: randomUUID(), limit: 10, roomPerLane: 10, leaseS: 60 },
      sentAt: instantFromMs(Date.now()),
      publicUrl: new URL('https://shots.example.com'),
      newSecret,
    }),
  );
}

/** As if every courier had been silent for longer than its lease. */
async function lapse(postgres: Postgres, attemptsAtMost: number) {
  await postgres.transaction((trx) =>
    touch(trx, `update lane_items set lease_until = now() - interval '1 second' where claim_id is not null`),
  );
  return postgres.transaction((trx) => lapseDeliveries(trx, { attemptsAtMost }));
}

const succeeded = { verdict: { kind: 'succeeded', status: 200 }, next: { kind: 'give_up' }, durationMs: 1, response: null } as const;

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
  assert.deepEqual(second?.secret, first?.secret);
  assert.equal(second?.attempt, 2);
});

test('a courier that lost its lease cannot record, and the one that has it can', async () => {
  await using queue = await openQueue();
  const [late] = await queue.claim();
  assert.equal(await queue.lapse(), 1);
  const [current] = await queue.claim();
  assert.ok(late && current);
  const record = (held: typeof late.claim) => queue.postgres.transaction((trx) => recordAttempt(trx, { held, ...succeeded }));
  assert.equal(await record(late.claim), undefined);
  assert.equal((await deliveriesIn(queue.postgres))[0]?.state, 'sending');
  assert.equal(await record(current.claim), 'succeeded');
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
  for (let n = 0; n < 3; n++) {
    assert.equal((await queue.claim()).length, 1);
    await queue.lapse(3);
  }
  assert.equal((await deliveriesIn(queue.postgres))[0]?.state, 'failed');
  assert.deepEqual(await queue.claim(), []);
  assert.equal(await queue.lapse(3), 0);
});

test('an account has one secret of 32 bytes, however many ask for it first', async () => {
  await using house = await openTestPostgres();
  const ask = (accountId: string) => house.postgres.transaction((trx) => signingSecret(trx, { accountId, newSecret }));
  const secrets = await Promise.all(Array.from({ length: 8 }, () => ask('acme')));
  assert.equal(new Set(secrets.map((secret) => secret.toString('hex'))).size, 1);
  assert.equal(secrets[0]?.length, 32);
  assert.notDeepEqual(await ask('other'), secrets[0]);
});
