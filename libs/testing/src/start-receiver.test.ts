import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from './start-receiver.ts';

const post = (url: string, body = '{}') => fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(5000) });

test('what is sent is written down', async () => {
  await using receiver = await startReceiver();
  const before = Date.now();
  assert.equal((await post(`${receiver.url}/hook?a=1`, '{"ü":1}')).status, 200);
  await receiver.until((requests) => requests.length === 1);
  const [request] = receiver.requests;
  assert.ok(request);
  assert.equal(request.method, 'POST');
  assert.equal(request.path, '/hook?a=1');
  assert.equal(request.headers['content-type'], 'text/plain;charset=UTF-8');
  assert.equal(request.body.toString(), '{"ü":1}');
  assert.ok(request.at >= before && request.at <= Date.now());
});

test('a script is followed to its last answer, which stays', async () => {
  await using receiver = await startReceiver({ script: [500, 503, 204] });
  const statuses = [];
  for (let sent = 0; sent < 4; sent++) statuses.push((await post(receiver.url)).status);
  assert.deepEqual(statuses, [500, 503, 204, 204]);
});

test('an answer may depend on the request, and come late', async () => {
  await using receiver = await startReceiver();
  receiver.respondWith(({ body }) => ({ status: 429, headers: { 'retry-after': '7' }, body: `got ${body}`, delayMs: 50 }));
  const started = performance.now();
  const answer = await post(receiver.url, 'x');
  assert.ok(performance.now() - started >= 45);
  assert.equal(answer.headers.get('retry-after'), '7');
  assert.equal(await answer.text(), 'got x');
});

test('a receiver that hangs takes the request, never answers, and can still be closed', async () => {
  const receiver = await startReceiver({ script: [() => ({ status: 200, hang: true })] });
  const answer = assert.rejects(post(receiver.url));
  await receiver.until((requests) => requests.length === 1);
  const started = performance.now();
  await receiver[Symbol.asyncDispose]();
  await answer;
  assert.ok(performance.now() - started < 2000);
});
