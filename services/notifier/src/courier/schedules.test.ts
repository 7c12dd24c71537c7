import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile } from '@shotwire/contract';
import { type Postgres, rows } from '@shotwire/postgres';
import { eventually, startClock, startReceiver } from '@shotwire/testing';
import { keepWebhookApp, makeAllDue } from '../apps.fixture.ts';
import { profiles } from '../core/profiles.ts';
import { eventOf, openTestCourier, openTestPostgres } from '../notifier.fixture.ts';

interface Waiting {
  destination: string;
  url: string | null;
  state: string;
  attempts: number;
  /** Seconds from the end of the last attempt to the next one, as Postgres has them. */
  waitS: number | null;
  /** The same of the queue, which decides. */
  queueWaitS: number | null;
}

/** What all deliveries wait for, once each has had so many attempts or has ended. */
function untilTried(postgres: Postgres, attempts: number): Promise<Waiting[]> {
  return eventually(async () => {
    const all = await postgres.transaction((trx) =>
      rows<Waiting>(
        trx,
        `select d.destination, d.url, d.state, d.attempts, extract(epoch from d.next_attempt_at - a.finished_at)::float8 as "waitS",
                extract(epoch from i.due_at - a.finished_at)::float8 as "queueWaitS"
         from deliveries d
         left join attempts a on a.delivery_id = d.id and a.number = d.attempts
         left join lane_items i on i.item_id = d.id`,
      ),
    );
    assert.ok(all.every(({ state, attempts: had }) => state === 'failed' || (state === 'pending' && had === attempts)));
    return all;
  });
}

const ownSchedule = [1, 2.5, 604_800];

for (const chance of [0, 1])
  test(`each profile waits as its schedule has it, to the end: never less, and at most a tenth more (chance ${chance})`, async () => {
    await using house = await openTestPostgres();
    const { postgres } = house;
    await using receiver = await startReceiver({ script: [500] });
    await using courier = await openTestCourier({ ...house, schedule: profiles.run.schedule, chance: () => chance });
    const { url } = receiver;
    const expected = new Map<string, readonly number[]>([
      ['webhook_url', profiles.run.schedule],
      [await keepWebhookApp(postgres, { url }), profiles.standard.schedule],
      [await keepWebhookApp(postgres, { url, profile: Profile.CENTER }), profiles.center.schedule],
      [await keepWebhookApp(postgres, { url, profile: Profile.RUN }), profiles.run.schedule],
      [await keepWebhookApp(postgres, { url, schedule: ownSchedule }), ownSchedule],
    ]);
    const apps = Object.fromEntries([...expected.keys()].filter((key) => key !== 'webhook_url').map((id) => [id, '']));
    await courier.keep(eventOf({ url, apps }));
    const most = Math.max(...[...expected.values()].map(({ length }) => length));
    for (let attempt = 1; attempt <= most + 1; attempt++) {
      for (const { destination, state, attempts, waitS, queueWaitS } of await untilTried(postgres, attempt)) {
        const schedule = expected.get(destination) ?? assert.fail(destination);
        const promisedS = schedule[attempt - 1];
        const about = `${destination} after attempt ${attempt}: ${waitS} s`;
        assert.equal(attempts, Math.min(attempt, schedule.length + 1), about);
        assert.equal(state, promisedS === undefined ? 'failed' : 'pending', about);
        if (promisedS === undefined) continue;
        assert.equal(queueWaitS, waitS);
        assert.ok(waitS !== null && waitS >= promisedS, about);
        assert.ok(Math.abs(waitS - promisedS * (1 + chance / 10)) < 0.001, about);
      }
      await makeAllDue(postgres);
      courier.wake();
    }
    assert.equal(
      receiver.requests.length,
      [...expected.values()].reduce((sum, { length }) => sum + length + 1, 0),
    );
  });

const nowMs = Date.parse('2026-03-09T10:30:00Z');
const dateIn = (s: number) => new Date(nowMs + s * 1000).toUTCString();

/** What a receiver says, and for how many seconds the next attempt then waits where the schedule has 30. */
const hints: readonly [status: number, retryAfter: string, waitS: number][] = [
  [429, '120', 120],
  [503, '120', 120],
  [429, '7', 30],
  [429, '0', 30],
  [500, '120', 30],
  [502, '120', 30],
  [404, '120', 30],
  [429, dateIn(300), 300],
  [503, dateIn(300), 300],
  [503, 'Monday, 09-Mar-26 10:35:00 GMT', 300],
  [503, 'Mon Mar  9 10:35:00 2026', 300],
  [503, dateIn(-300), 30],
  [500, dateIn(300), 30],
  [429, 'soon', 30],
  [429, '-120', 30],
  [429, '120.5', 30],
  [429, '1e3', 30],
  [429, '120, 240', 30],
  [429, '2027-03-09T10:30:00Z', 30],
  [429, '86401', 86_400],
  [429, '9'.repeat(400), 86_400],
  [503, dateIn(366 * 86_400), 86_400],
];

test('Retry-After of a receiver that is busy makes the wait longer, never shorter, a day at most', async () => {
  await using rooms = new AsyncDisposableStack();
  const house = rooms.use(await openTestPostgres());
  const { now } = startClock(nowMs);
  const courier = rooms.use(await openTestCourier({ ...house, schedule: [30, 30], now }));
  const expected = new Map<string, (typeof hints)[number]>();
  for (const hint of hints) {
    const [status, retryAfter] = hint;
    const receiver = rooms.use(await startReceiver({ script: [() => ({ status, headers: { 'retry-after': retryAfter } })] }));
    expected.set(receiver.url, hint);
    await courier.keep(eventOf({ url: receiver.url }));
  }
  for (const { url, waitS } of await untilTried(house.postgres, 1)) {
    const hint = expected.get(url ?? '') ?? assert.fail();
    assert.ok(waitS !== null && Math.abs(waitS - hint[2]) < 0.001, `${hint}: ${waitS} s`);
  }
});

test('Retry-After gives no attempt that the schedule does not have', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [() => ({ status: 429, headers: { 'retry-after': '1' } })] });
  await using courier = await openTestCourier({ ...house, schedule: [] });
  await courier.keep(eventOf({ url: receiver.url }));
  const [delivery] = await untilTried(house.postgres, 1);
  assert.deepEqual([delivery?.state, delivery?.attempts], ['failed', 1]);
});
