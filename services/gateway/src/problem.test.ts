import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway, serve } from './gateway.fixture.ts';

const url = '/api/v1/screenshots';

test('a request without a key, or with one that is not ours, is 401', async () => {
  await using gateway = await openGateway();
  const headers = [
    {},
    { authorization: 'Bearer wrong' },
    { authorization: 'Basic key-one' },
    { authorization: 'Bearer' },
    { authorization: 'key-one' },
  ];
  for (const given of headers) {
    for (const path of [url, `${url}/x`, `${url}/x/image`, '/api/v1/account']) {
      const answer = await gateway.ask('GET', path, { key: undefined, headers: given });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
      assert.equal(answer.json.error.code, 'INVALID_API_KEY');
      assert.equal(answer.json.request_id, answer.headers['x-request-id']);
    }
  }
});

test('the key is asked for before the body is looked at', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('POST', url, { key: undefined, body: '{' })).status, 401);
});

test('the word Bearer may be written in any way', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('GET', url, { key: undefined, headers: { authorization: 'bearer  key-one' } })).status, 200);
});

test('a body that is not JSON is 400, a large one 413, another type 415', async () => {
  await using gateway = await openGateway();
  const ask = async (body: string, contentType = 'application/json') => {
    const { status, json } = await gateway.ask('POST', url, { body, headers: { 'content-type': contentType } });
    return [status, json.error?.code, json.error?.message];
  };
  assert.deepEqual(await ask('{nonsense'), [400, 'MALFORMED_BODY', 'The body is not valid JSON.']);
  assert.deepEqual(await ask(JSON.stringify({ url: 'x'.repeat(8 * 1024 * 1024) })), [
    413,
    'BODY_TOO_LARGE',
    'The body is larger than 8 MiB.',
  ]);
  const unsupported = [415, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be sent as application/json.'];
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'nonsense',
    'application/jsonx',
  ]) {
    assert.deepEqual(await ask('{}', type), unsupported, type);
  }
  assert.equal((await ask('{"url":"https://example.com"}', 'application/json; charset=utf-8'))[0], 202);
});

test('an address that leads nowhere is 404, also one that cannot be read', async () => {
  await using gateway = await openGateway();
  for (const path of [
    '/',
    '/api/v1',
    '/api/v1/nothing',
    '/api/v1/screenshots/',
    '/api/v1/screenshots/%ff',
    `/api/v1/screenshots/${'x'.repeat(500)}`,
  ]) {
    const { status, headers, json } = await gateway.ask('GET', path);
    assert.equal(status, 404, path);
    assert.deepEqual(json, {
      error: { code: 'NOT_FOUND', message: 'There is no such thing.', status: 404 },
      request_id: headers['x-request-id'],
    });
  }
});

test('a method that an address does not take is 405 and says which it takes', async () => {
  await using gateway = await openGateway();
  for (const [method, path, allow] of [
    ['PUT', url, 'GET, HEAD, POST'],
    ['DELETE', url, 'GET, HEAD, POST'],
    ['POST', `${url}/x`, 'DELETE, GET, HEAD'],
    ['DELETE', `${url}/x/image`, 'GET, HEAD'],
    ['POST', '/api/v1/account', 'GET, HEAD'],
  ] as const) {
    const { status, headers, json } = await gateway.ask(method, path, { body: '{' });
    assert.equal(status, 405);
    assert.equal(headers.allow, allow);
    assert.equal(json.error.code, 'METHOD_NOT_ALLOWED');
  }
});

test('a request id of the client is kept when it is short and plain, and replaced when it is not', async () => {
  await using gateway = await openGateway();
  for (const id of ['abc-1', 'a.b:c_d', 'x'.repeat(128)]) {
    const { headers, json } = await gateway.ask('GET', '/', { headers: { 'x-request-id': id } });
    assert.equal(headers['x-request-id'], id);
    assert.equal(json.request_id, id);
  }
  for (const id of ['', 'a b', '<script>', 'x'.repeat(129), 'ä']) {
    const { headers } = await gateway.ask('GET', '/', { headers: { 'x-request-id': id } });
    assert.match(String(headers['x-request-id']), /^00000000-/);
  }
});

test('while capture is gone everything that needs it is 503 with Retry-After, and works again when it is back', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.captureServer[Symbol.asyncDispose]();
  for (const [method, path] of [
    ['POST', url],
    ['GET', url],
    ['GET', `${url}/${id}`],
    ['GET', `${url}/${id}/image`],
    ['DELETE', `${url}/${id}`],
  ] as const) {
    const { status, headers, json } = await gateway.ask(method, path, method === 'POST' ? { body: { url: 'https://example.com' } } : {});
    assert.equal(status, 503, `${method} ${path}`);
    assert.match(String(headers['retry-after']), /^\d+$/);
    assert.equal(json.error.code, 'UNAVAILABLE');
    assert.doesNotMatch(JSON.stringify(json), /127\.0\.0\.1|ECONNREFUSED/);
  }
  await using _ = await serve(gateway.intake.bound, gateway.captureServer.address);
  const deadlineMs = Date.now() + 10_000;
  while ((await gateway.ask('GET', `${url}/${id}`)).status !== 200) assert.ok(Date.now() < deadlineMs);
});

test('trouble of our own is 500, says nothing of itself, and is logged with its cause', async () => {
  await using gateway = await openGateway({
    parts: {
      keyring: {
        find: async () => {
          throw new TypeError('secret detail', { cause: new Error('its root') });
        },
        findById: async () => undefined,
        forget: () => {},
      },
    },
  });
  const { status, json, headers } = await gateway.ask('GET', url);
  assert.equal(status, 500);
  assert.deepEqual(json, {
    error: { code: 'INTERNAL', message: 'Something went wrong on our side.', status: 500 },
    request_id: headers['x-request-id'],
  });
  const line = gateway.lines.find(({ level }) => level === 'error') as {
    requestId?: string;
    err?: { cause?: { message: string; cause?: { message: string } } };
  };
  assert.equal(line.requestId, headers['x-request-id']);
  assert.equal(line.err?.cause?.message, 'secret detail');
  assert.equal(line.err?.cause?.cause?.message, 'its root');
});
