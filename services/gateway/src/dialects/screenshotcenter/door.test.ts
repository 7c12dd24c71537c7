import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../../gateway.fixture.ts';

const url = 'https://example.com';

test('a key is in the query, in a body, in X-API-KEY, or where ours is', async () => {
  await using gateway = await openGateway();
  const list = '/api/v1/screenshot/list';
  const json = { 'content-type': 'application/json' };
  for (const asked of [
    { url: `${list}?key=key-one` },
    { url: list, headers: { 'x-api-key': 'key-one' } },
    { url: list, headers: { authorization: 'Bearer key-one' } },
    { url: list, method: 'POST' as const, headers: json, payload: '{"key":"key-one"}' },
    {
      url: `${list}?key=key-one`,
      method: 'POST' as const,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      payload: '{"limit":5}',
    },
    { url: `${list}?key=key-one`, method: 'POST' as const },
  ])
    assert.equal((await gateway.app.inject(asked)).statusCode, 200, JSON.stringify(asked));
});

test('who has no key is refused in their shape', async () => {
  await using gateway = await openGateway();
  const list = '/api/v1/screenshot/list';
  for (const asked of [
    { url: list },
    { url: `${list}?key=wrong` },
    { url: `${list}?key=` },
    { url: `${list}?key=a&key=b` },
    { url: list, method: 'POST' as const, headers: { 'content-type': 'application/json' }, payload: '{"key":{"a":1}}' },
    { url: list, headers: { 'x-api-key': 'wrong' } },
  ]) {
    const answer = await gateway.app.inject(asked);
    assert.equal(answer.statusCode, 401, JSON.stringify(asked));
    const { details, ...others } = answer.json();
    assert.deepEqual(others, { success: false, error: 'Invalid API key', code: 'INVALID_API_KEY' });
    assert.equal(details.request_id, answer.headers['x-request-id']);
  }
});

test('a wish comes as a query, as JSON, as a form or as a form with parts', async () => {
  await using gateway = await openGateway();
  const form = '--b\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttps://example.com\r\n--b--\r\n';
  for (const [type, payload] of [
    ['application/json', JSON.stringify({ url, tag: ['a', 'b'], steps: [{ command: 'sleep', value: 2 }] })],
    ['text/plain;charset=UTF-8', JSON.stringify({ url })],
    ['application/x-www-form-urlencoded', new URLSearchParams({ url }).toString()],
    ['multipart/form-data; boundary=b', form],
  ] as const) {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/api/v1/screenshot/create?key=key-one',
      headers: { 'content-type': type },
      payload,
    });
    assert.equal(answer.statusCode, 200, `${type}: ${answer.body}`);
  }
});

test('a body that is none is refused', async () => {
  await using gateway = await openGateway();
  const deep = `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`;
  for (const [type, payload, status] of [
    ['application/json', '{', 400],
    ['application/json', '[1]', 422],
    ['application/json', '"x"', 422],
    ['application/json', `{"url":"https://example.com","steps":${deep}}`, 422],
    ['application/json', '{"url":"https://example.com","__proto__":{"a":1}}', 400],
    ['text/plain', 'hello', 400],
    ['application/xml', '<a/>', 415],
    ['image/png', 'x', 415],
    ['multipart/form-data', 'no boundary', 400],
    ['multipart/form-data; boundary=b', '--b\r\nhalf', 400],
    ['application/json', 'x'.repeat(9 * 1024 * 1024), 413],
  ] as const) {
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/api/v1/screenshot/create?key=key-one',
      headers: { 'content-type': type },
      payload,
    });
    assert.equal(answer.statusCode, status, `${type} ${payload.slice(0, 60)}: ${answer.body}`);
    assert.equal(answer.json().success, false);
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('other methods are refused, and HEAD makes nothing', async () => {
  await using gateway = await openGateway();
  for (const method of ['HEAD', 'PUT', 'DELETE', 'PATCH'] as const) {
    const answer = await gateway.app.inject({ method, url: `/api/v1/screenshot/create?key=key-one&url=${url}` });
    assert.deepEqual([answer.statusCode, answer.headers.allow], [405, 'GET, POST']);
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('a key is held to its scopes and its domains here as well', async () => {
  const keyring = {
    find: async (sent: string) => ({
      id: 'k',
      accountId: 'one',
      name: 'k',
      scopes: sent === 'reads' ? (['read'] as const) : (['capture'] as const),
      domains: ['shop.example'],
    }),
    findById: async () => undefined,
    forget: () => {},
  };
  await using gateway = await openGateway({ parts: { keyring } });
  const create = async (key: string, page: string) => {
    const answer = await gateway.app.inject(`/api/v1/screenshot/create?key=${key}&url=${encodeURIComponent(page)}`);
    return [answer.statusCode, answer.json().code];
  };
  assert.deepEqual(await create('reads', 'https://shop.example/'), [403, 'FORBIDDEN']);
  assert.deepEqual(await create('captures', 'https://example.com/'), [403, 'DOMAIN_NOT_ALLOWED']);
  assert.deepEqual(await create('captures', 'https://shop.example/'), [200, undefined]);
});

test('who asks too often is told how long to wait, in their words', async () => {
  const requestRate = { take: async () => ({ limit: 1, remaining: 0, resetS: 42, refused: true }) };
  await using gateway = await openGateway({ parts: { requestRate } });
  const answer = await gateway.app.inject('/api/v1/screenshot/list?key=key-one');
  const { error, code, retry_after: retryAfter } = answer.json();
  assert.deepEqual([answer.statusCode, error, code, retryAfter], [429, 'Rate limit exceeded', 'RATE_LIMIT_EXCEEDED', 42]);
});

test('an account has a balance and a plan', async () => {
  await using gateway = await openGateway();
  const { success, data } = (await gateway.app.inject('/api/v1/account/info?key=key-one')).json();
  assert.deepEqual([success, data.id, typeof data.balance, data.plan], [true, 'one', 'number', 'unlimited']);
});
