import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startClock, startFaultProxy } from '@shotwire/testing';
import { createRequestRate } from './create-request-rate.ts';
import { openDatabase, openLimitedGateway } from './limited-gateway.fixture.ts';

const url = '/api/v1/account';

test('two gateways together let as many requests in as one key may make in a window, however many come at once', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  await database.add('key-two', { accountId: 'two' });
  await using one = await openLimitedGateway({ url: database.url, rateLimit: 50 });
  await using other = await openLimitedGateway({ url: database.url, rateLimit: 50 });
  const storm = (key: string) => [one, other].flatMap(({ ask }) => Array.from({ length: 60 }, () => ask('GET', url, { key })));
  const answers = await Promise.all(storm('key-one'));
  const letIn = answers.filter(({ status }) => status === 200);
  assert.equal(letIn.length, 50);
  assert.ok(answers.every(({ status }) => status === 200 || status === 429));
  // Each of them was told another number.
  assert.equal(new Set(letIn.map(({ headers }) => headers['ratelimit-remaining'])).size, 50);
  const ofAnother = await Promise.all(storm('key-two'));
  assert.equal(ofAnother.filter(({ status }) => status === 200).length, 50, 'keys do not share a window');
});

test('a window that is over is followed by a whole one', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  const clock = startClock(Date.now());
  await using gateway = await openLimitedGateway({ url: database.url, rateLimit: 2, now: clock.now });
  const ask = async () => {
    const { status, headers } = await gateway.ask('GET', url);
    return [status, headers['ratelimit-remaining']];
  };
  for (let window = 0; window < 3; window++) {
    assert.deepEqual(await ask(), [200, '1']);
    assert.deepEqual(await ask(), [200, '0']);
    assert.deepEqual(await ask(), [429, '0']);
    clock.advance(60_000);
    await database.change("update request_windows set starts_at = starts_at - interval '1 minute'");
  }
});

test('every answer tells what is left; one too many is 429 and says when there is more', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  await using gateway = await openLimitedGateway({ url: database.url, rateLimit: 4 });
  const told = async (method: 'GET' | 'POST', path: string, body?: unknown) => {
    const { status, headers } = await gateway.ask(method, path, { body });
    assert.equal(headers['ratelimit-limit'], '4');
    assert.equal(headers['ratelimit-policy'], '4;w=60');
    assert.ok(Number(headers['ratelimit-reset']) > 50 && Number(headers['ratelimit-reset']) <= 60);
    return [status, headers['ratelimit-remaining']];
  };
  const account = await gateway.ask('GET', url);
  assert.deepEqual(account.json.limits.requests_per_minute, { limit: 4, remaining: 3, resets_in: 60 });
  assert.deepEqual(await told('POST', '/api/v1/screenshots', {}), [422, '2']);
  assert.deepEqual(await told('GET', '/api/v1/screenshots/nothing'), [404, '1']);
  assert.deepEqual(await told('POST', '/api/v1/screenshots', { url: 'https://example.com' }), [202, '0']);
  assert.deepEqual(await told('GET', url), [429, '0']);
  const refused = await gateway.ask('GET', url);
  assert.equal(refused.json.error.code, 'RATE_LIMITED');
  assert.equal(refused.headers['retry-after'], refused.headers['ratelimit-reset']);
  assert.equal(gateway.intake.screenshots.size, 1);
});

test('who sends no key of ours is told of no rate, and uses up nobody’s', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  await using gateway = await openLimitedGateway({ url: database.url, rateLimit: 2 });
  for (const key of [undefined, 'wrong']) {
    const { status, headers } = await gateway.ask('GET', url, { key });
    assert.equal(status, 401);
    assert.ok(!('ratelimit-limit' in headers));
  }
  assert.equal((await gateway.ask('GET', url)).headers['ratelimit-remaining'], '1');
});

test('where requests are limited and the database is away, the answer is 503 with Retry-After', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  const target = new URL(database.url);
  await using proxy = await startFaultProxy({ target: { port: Number(target.port) } });
  target.port = String(proxy.port);
  await using gateway = await openLimitedGateway({ url: target.href, rateLimit: 10 });
  assert.equal((await gateway.ask('GET', url)).status, 200);
  await proxy[Symbol.asyncDispose]();
  const { status, headers, json } = await gateway.ask('GET', url);
  assert.deepEqual([status, headers['retry-after'], json.error.code], [503, '5', 'UNAVAILABLE']);
});

/** A rate whose counts are answered by hand. */
function openByHand(limit = 10) {
  const clock = startClock('2026-01-01T00:00:00Z');
  const counts: { keyId: string; requests: number; answer: PromiseWithResolvers<{ requests: number; leftS: number }> }[] = [];
  const count = ({ keyId, requests }: { keyId: string; requests: number }) => {
    const answer = Promise.withResolvers<{ requests: number; leftS: number }>();
    counts.push({ keyId, requests, answer });
    return answer.promise;
  };
  return { clock, counts, rate: createRequestRate({ limit, count, now: clock.now }) };
}

test('requests of a key that wait at the same moment are counted together, those of another key are not held up', async () => {
  const { counts, rate } = openByHand();
  const first = rate.take('a');
  const waiting = [rate.take('a'), rate.take('a'), rate.take('a')];
  void rate.take('b');
  assert.deepEqual(
    counts.map(({ keyId, requests }) => [keyId, requests]),
    [
      ['a', 1],
      ['b', 1],
    ],
  );
  counts[0]?.answer.resolve({ requests: 1, leftS: 60 });
  assert.equal((await first)?.remaining, 9);
  assert.deepEqual([counts[2]?.keyId, counts[2]?.requests], ['a', 3]);
  counts[2]?.answer.resolve({ requests: 11, leftS: 30.2 });
  const standings = await Promise.all(waiting);
  assert.deepEqual(
    standings.map((one) => [one?.remaining, one?.refused, one?.resetS]),
    [
      [1, false, 31],
      [0, false, 31],
      [0, true, 31],
    ],
  );
});

test('a count that fails fails those who waited for it, and no others', async () => {
  const { counts, rate } = openByHand();
  const first = assert.rejects(rate.take('a'), /away/);
  const second = rate.take('a');
  counts[0]?.answer.reject(new Error('away'));
  await first;
  counts[1]?.answer.resolve({ requests: 1, leftS: 60 });
  assert.equal((await second)?.remaining, 9);
});

test('a window that is used up is not asked about again until it is over', async () => {
  const { clock, counts, rate } = openByHand(1);
  const first = rate.take('a');
  counts[0]?.answer.resolve({ requests: 1, leftS: 20 });
  assert.deepEqual(await first, { limit: 1, remaining: 0, resetS: 20, refused: false });
  clock.advance(5_500);
  assert.deepEqual(await rate.take('a'), { limit: 1, remaining: 0, resetS: 15, refused: true });
  assert.equal(counts.length, 1);
  clock.advance(14_500);
  void rate.take('a');
  assert.equal(counts.length, 2);
});
