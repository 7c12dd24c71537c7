import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '@shotwire/testing';
import { breaks, breaksOff, hangs, no, openServer, type Reply, screenshotOf } from '../server.fixture.ts';
import { Shotwire } from '../shotwire.ts';
import { ShotwireError } from '../shotwire-error.ts';

const one = ['get', '/api/v1/screenshots/{id}', { path: { id: 's1' } }] as const;
const make = ['post', '/api/v1/screenshots', { body: { url: 'https://example.com' } }] as const;

test('a call sends the key, fills in the path and the query, and gives what was answered', async () => {
  await using server = await openServer({ json: { data: [], next_cursor: null } });
  await server.shotwire.call('get', '/api/v1/screenshots', { query: { limit: 5, tag: 'a&b' } });
  await server.shotwire.call('get', '/api/v1/screenshots/{id}', { path: { id: '../x' } });
  assert.deepEqual(
    server.came.map(({ path }) => path),
    ['/api/v1/screenshots?limit=5&tag=a%26b', '/api/v1/screenshots/..%2Fx'],
  );
  assert.equal(server.came[0]?.headers.authorization, 'Bearer sk_test');
});

test('a base URL may have a path and a slash at its end; another scheme is refused', async () => {
  await using server = await openServer(screenshotOf('completed'));
  await new Shotwire({ baseUrl: `${server.url}/base/`, apiKey: 'k' }).call(...one);
  assert.equal(server.came[0]?.path, '/base/api/v1/screenshots/s1');
  assert.throws(() => new Shotwire({ baseUrl: 'file:///etc', apiKey: 'k' }), TypeError);
});

test('a refusal is thrown with all that it says, and is not tried again', async () => {
  const details = { width: ['must be between 16 and 4096'] };
  await using server = await openServer({
    status: 422,
    json: { error: { code: 'VALIDATION_ERROR', message: 'No.', details }, request_id: 'r' },
  });
  await assert.rejects(server.shotwire.call(...make), (error) => {
    assert.ok(error instanceof ShotwireError);
    const { code, status, requestId, fields, message } = error;
    assert.deepEqual(
      { code, status, requestId, fields, message },
      { code: 'VALIDATION_ERROR', status: 422, requestId: 'r', fields: details, message: 'No.' },
    );
    return true;
  });
  assert.equal(server.came.length, 1);
});

test('429 is tried again when it says so, also where it makes something: it was not carried out', async () => {
  await using server = await openServer(no(429, 'RATE_LIMITED', { 'retry-after': '1' }), screenshotOf('pending'));
  const started = performance.now();
  await server.shotwire.call(...make);
  assert.ok(performance.now() - started >= 990);
  assert.equal(server.came.length, 2);
});

test('who asks for more than five minutes is not waited for: the caller is told', async () => {
  await using server = await openServer(no(429, 'RATE_LIMITED', { 'retry-after': '3600' }));
  await assert.rejects(server.shotwire.call(...one), { code: 'RATE_LIMITED', retryAfterMs: 3_600_000 });
  assert.equal(server.came.length, 1);
});

for (const [name, fault] of [
  ['503', no(503, 'QUEUE_FULL')],
  ['a broken connection', breaks],
  ['half an answer', breaksOff],
] as const) {
  test(`after ${name} what only reads is tried again`, async () => {
    await using server = await openServer(fault, screenshotOf('completed'));
    assert.equal((await server.shotwire.call(...one)).status, 'completed');
  });

  test(`after ${name} what makes something is not, unless it has an Idempotency-Key`, async () => {
    await using server = await openServer(fault, screenshotOf('pending'));
    await assert.rejects(server.shotwire.call(...make), ShotwireError);
    assert.equal(server.came.length, 1);
    await using other = await openServer(fault, screenshotOf('pending'));
    await other.shotwire.call('post', make[1], { ...make[2], headers: { 'idempotency-key': 'k' } });
    assert.equal(other.came.length, 2);
  });
}

test('five tries are enough; the last refusal is thrown', async () => {
  await using server = await openServer(no(503, 'UNAVAILABLE', { 'retry-after': '0' }));
  await assert.rejects(server.shotwire.call(...one), { code: 'UNAVAILABLE', status: 503, requestId: 'req_1' });
  assert.equal(server.came.length, 5);
});

test('where nobody listens it is UNREACHABLE, and says why', async () => {
  const shotwire = new Shotwire({ baseUrl: `http://127.0.0.1:${await freePort()}`, apiKey: 'k' });
  await assert.rejects(shotwire.call(...make), { code: 'UNREACHABLE', message: /ECONNREFUSED/ });
});

test("an answer that is not the API's is told as such", async () => {
  const page: Reply = (response) => void response.writeHead(200).end('<h1>Welcome to nginx</h1>');
  await using server = await openServer(page);
  await assert.rejects(server.shotwire.call(...one), { code: 'UNEXPECTED_ANSWER', status: 200 });
  await using proxy = await openServer((response) => void response.writeHead(418).end('<h1>Teapot</h1>'));
  await assert.rejects(proxy.shotwire.call(...one), { code: 'UNEXPECTED_ANSWER', status: 418 });
});

test('an abort ends a request that hangs, and a pause before the next try, with its reason', async () => {
  for (const reply of [hangs, no(429, 'RATE_LIMITED', { 'retry-after': '60' })]) {
    await using server = await openServer(reply);
    const leaving = new AbortController();
    const asked = server.shotwire.call(make[0], make[1], { ...make[2], signal: leaving.signal });
    setTimeout(() => leaving.abort(new Error('enough')), 100);
    await assert.rejects(asked, /^Error: enough$/);
  }
});

test('an abort before the beginning asks nothing', async () => {
  await using server = await openServer(screenshotOf('completed'));
  await assert.rejects(server.shotwire.call(one[0], one[1], { ...one[2], signal: AbortSignal.abort(new Error('no')) }), /^Error: no$/);
  assert.equal(server.came.length, 0);
});
