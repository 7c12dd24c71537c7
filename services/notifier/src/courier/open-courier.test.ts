import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDnsServer } from '@shotwire/egress/testing';
import { row } from '@shotwire/postgres';
import { eventually, type ReceivedRequest, startReceiver } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { secretTexts } from '../core/secret.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { accountSecret } from '../sql/secrets.ts';

type House = Awaited<ReturnType<typeof openTestPostgres>>;

const headersOf = ({ headers }: ReceivedRequest) => ({
  id: headers['webhook-id'],
  timestamp: headers['webhook-timestamp'],
  signature: headers['webhook-signature'],
});

async function untilState({ postgres }: House, state: string): Promise<void> {
  await eventually(async () => (await deliveriesIn(postgres)).every((delivery) => delivery.state === state));
}

async function secretOf({ postgres }: House, accountId: string): Promise<string> {
  const none = () => assert.fail('the account has no secret yet');
  const { sealed } = await postgres.transaction((trx) => accountSecret(trx, { accountId, sealer: testSealer, randomBytes: none }));
  return secretTexts(testSealer.open(sealed, `secret ${accountId}`).toString()).standard;
}

test('an event is posted, signed with the secret of its account', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [() => ({ status: 200, body: 'thanks' })] });
  await using courier = await openTestCourier(house);
  await courier.keep(eventOf({ url: `${receiver.url}/hook?token=1`, accountId: 'acme' }));
  await receiver.until(({ length }) => length === 1);
  await untilState(house, 'succeeded');
  const [request] = receiver.requests;
  assert.ok(request);
  const { method, path, headers, body } = request;
  assert.deepEqual([method, path], ['POST', '/hook?token=1']);
  const { 'content-type': type, 'user-agent': agent, 'accept-encoding': encoding, 'content-length': length } = headers;
  assert.deepEqual([type, agent, encoding, length], ['application/json', 'Shotwire/1', 'identity', String(body.length)]);
  new Webhook(await secretOf(house, 'acme')).verify(body.toString(), headers as Record<string, string>);
  assert.match(JSON.parse(body.toString()).sent_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const [delivery] = await deliveriesIn(house.postgres);
  assert.deepEqual(delivery, {
    state: 'succeeded',
    attempts: 1,
    failures: 0,
    lastStatus: 200,
    lastError: null,
    webhookId: headers['webhook-id'],
  });
  assert.deepEqual(await attemptsIn(house.postgres), [
    { number: 1, outcome: 'succeeded', status: 200, error: null, response: Buffer.from('thanks') },
  ]);
});

test('a receiver that fails is asked again: same id, same bytes, a time and a signature of their own', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500, 500, 200] });
  let nowMs = Date.parse('2026-03-09T10:30:05.500Z');
  await using courier = await openTestCourier({ ...house, now: () => (nowMs += 30_000) });
  await courier.keep(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 3);
  await untilState(house, 'succeeded');
  const [first, ...others] = receiver.requests;
  assert.ok(first);
  for (const other of others) {
    assert.deepEqual(other.body, first.body);
    const a = headersOf(first);
    const b = headersOf(other);
    assert.equal(b.id, a.id);
    assert.ok(Number(b.timestamp) > Number(a.timestamp));
    assert.notEqual(b.signature, a.signature);
  }
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ number, outcome, status, error }) => [number, outcome, status, error]),
    [
      [1, 'failed', 500, 'status'],
      [2, 'failed', 500, 'status'],
      [3, 'succeeded', 200, null],
    ],
  );
});

test('a receiver that always fails gets four POSTs, then the delivery has failed', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier(house);
  await courier.keep(eventOf({ url: receiver.url }));
  await untilState(house, 'failed');
  assert.equal(receiver.requests.length, 4);
  const [delivery] = await deliveriesIn(house.postgres);
  assert.deepEqual([delivery?.attempts, delivery?.lastStatus, delivery?.lastError], [4, 500, 'status']);
  assert.deepEqual(await house.postgres.transaction((trx) => row(trx, 'select count(*) as n from lane_items')), { n: 0 });
});

test('between attempts a delivery waits as long as its schedule says', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier({ ...house, schedule: [30, 120, 600] });
  await courier.keep(eventOf({ url: receiver.url }));
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.lastError, 'status'));
  const waiting = await house.postgres.transaction((trx) =>
    row<{ inS: number; laneInS: number }>(
      trx,
      `select extract(epoch from next_attempt_at - (select finished_at from attempts))::float8 as "inS",
              extract(epoch from (select due_at from lane_items) - next_attempt_at)::float8 as "laneInS" from deliveries`,
    ),
  );
  assert.ok(waiting && Math.abs(waiting.inS - 30) < 0.5, `${waiting?.inS} s`);
  assert.equal(waiting.laneInS, 0);
});

test('a private address is blocked, and nothing reaches it', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier({ ...house, allow: [], schedule: [] });
  for (const url of [
    receiver.url,
    `http://localhost:${receiver.port}/`,
    `http://2130706433:${receiver.port}/`,
    `http://[::ffff:127.0.0.1]:${receiver.port}/`,
  ])
    await courier.keep(eventOf({ url }));
  await untilState(house, 'failed');
  assert.deepEqual(new Set((await deliveriesIn(house.postgres)).map(({ lastError }) => lastError)), new Set(['blocked_address']));
  assert.equal(receiver.requests.length, 0);
});

test('a name is judged by what it resolves to when it is dialled, however harmless it looks', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using dns = await startDnsServer({ 'inside.test': { a: ['127.0.0.1'] }, 'mixed.test': { a: ['93.184.215.14', '127.0.0.1'] } });
  await using courier = await openTestCourier({ ...house, allow: [], schedule: [], dnsServers: [dns.address] });
  for (const host of ['inside.test', 'mixed.test']) await courier.keep(eventOf({ url: `http://${host}:${receiver.port}/` }));
  await untilState(house, 'failed');
  assert.deepEqual(
    (await deliveriesIn(house.postgres)).map(({ lastError }) => lastError),
    ['blocked_address', 'blocked_address'],
  );
  assert.equal(receiver.requests.length, 0);
});

test('http:// is refused unless it is allowed, and so are credentials', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier({ ...house, allowHttp: false, schedule: [] });
  await courier.keep(eventOf({ url: receiver.url }));
  await courier.keep(eventOf({ url: `https://user:password@127.0.0.1:${receiver.port}/` }));
  await untilState(house, 'failed');
  assert.deepEqual(
    (await deliveriesIn(house.postgres)).map(({ lastError }) => lastError),
    ['invalid_url', 'invalid_url'],
  );
  assert.equal(receiver.requests.length, 0);
});

test('a receiver that is down is tried again, and its delivery says why', async () => {
  await using house = await openTestPostgres();
  const { port, ...down } = await startReceiver();
  await down[Symbol.asyncDispose]();
  await using courier = await openTestCourier({ ...house, schedule: [0.1, 600] });
  await courier.keep(eventOf({ url: `http://127.0.0.1:${port}/` }));
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.failures, 2));
  assert.equal((await deliveriesIn(house.postgres))[0]?.lastError, 'connection_refused');
});

test('one dead receiver with many deliveries does not delay another lane', async () => {
  await using house = await openTestPostgres();
  await using dead = await startReceiver({ script: [() => ({ status: 200, hang: true })] });
  await using healthy = await startReceiver();
  await using courier = await openTestCourier({ ...house, slots: 16, roomPerLane: 4, timeoutMs: 5_000, graceMs: 0 });
  for (let n = 0; n < 40; n++) await courier.keep(eventOf({ url: `${dead.url}/${n}` }));
  await dead.until(({ length }) => length === 4);
  const began = performance.now();
  for (let n = 0; n < 20; n++) await courier.keep(eventOf({ url: healthy.url }));
  await healthy.until(({ length }) => length === 20, { timeoutMs: 4_000 });
  assert.ok(performance.now() - began < 3_000, 'the healthy lane had to wait for the dead one');
  assert.equal(dead.requests.length, 4);
});

test('a closing courier waits for the POSTs in hand', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [() => ({ status: 200, delayMs: 300 })] });
  const courier = await openTestCourier(house);
  await courier.keep(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 1);
  await courier[Symbol.asyncDispose]();
  assert.equal((await deliveriesIn(house.postgres))[0]?.state, 'succeeded');
});

test('what does not end within the grace is handed back: its attempt is lost, and it is due at once', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [() => ({ status: 200, hang: true }), 200] });
  const closing = await openTestCourier({ ...house, graceMs: 50 });
  await closing.keep(eventOf({ url: receiver.url }));
  await receiver.until(({ length }) => length === 1);
  await closing[Symbol.asyncDispose]();
  const [delivery] = await deliveriesIn(house.postgres);
  assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.failures], ['pending', 1, 0]);

  await using _next = await openTestCourier(house);
  await untilState(house, 'succeeded');
  assert.deepEqual(
    (await attemptsIn(house.postgres)).map(({ outcome }) => outcome),
    ['lost', 'succeeded'],
  );
  assert.equal(headersOf(receiver.requests[1] as ReceivedRequest).id, delivery?.webhookId);
});

test('its numbers tell of attempts, their lag and the backlog', async () => {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver({ script: [500] });
  await using courier = await openTestCourier({ ...house, schedule: [0, 600] });
  await courier.keep(eventOf({ url: receiver.url }));
  await eventually(async () => assert.equal((await deliveriesIn(house.postgres))[0]?.failures, 2));
  await eventually(async () => {
    const { text } = await courier.metrics.expose();
    for (const line of [
      /notifier_attempts_total\{outcome="failed",reason="status",.*\} 2/,
      /notifier_attempt_duration_seconds_count\{.*outcome="failed".*\} 2/,
      /notifier_first_attempt_lag_seconds_count\{.*\} 1/,
      /notifier_deliveries\{state="pending",.*\} 1/,
      /notifier_deliveries\{state="paused",.*\} 0/,
      /notifier_lanes_closed\{.*\} 0/,
      /notifier_schedule_lateness_seconds_count\{.*\} 1/,
      /notifier_oldest_due_seconds\{.*\} 0/,
    ])
      assert.match(text, line);
  });
});
