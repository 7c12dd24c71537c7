import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';
import type { ApiKey, Scope } from './api-key.ts';
import { scopesOfRoutes } from './scopes-of-routes.ts';

/** A gateway whose keys are named after their scopes, such as `capture+read`. */
function openScopedGateway(domains: string[] = []) {
  const find = async (sent: string): Promise<ApiKey> => ({
    id: sent,
    accountId: 'one',
    name: sent,
    scopes: sent.split('+') as Scope[],
    domains,
  });
  return openGateway({ parts: { keyring: { find, findById: async () => undefined, forget: () => {} } } });
}

test('every route lets in the keys that have its scope, and admin keys, and no others', async () => {
  await using gateway = await openScopedGateway();
  await gateway.app.ready();
  const registered = new Set(
    Object.keys(scopesOfRoutes).filter((route) => {
      const [method = '', path] = route.split(' ');
      return gateway.app.hasRoute({ method: method as 'GET', url: `/api/v1${path}` });
    }),
  );
  assert.ok(registered.size >= 14, [...registered].join());
  for (const [route, needed] of Object.entries(scopesOfRoutes)) {
    if (!registered.has(route)) continue;
    const [method = '', path = ''] = route.split(' ');
    for (const scopes of ['capture', 'read', 'admin', 'capture+read']) {
      const isLetIn = scopes === 'admin' || scopes.split('+').includes(needed);
      const answer = await gateway.ask(method as 'GET', `/api/v1${path}`, { key: scopes });
      assert.equal(answer.status === 403, !isLetIn, `${route} with ${scopes}: ${answer.status}`);
      if (isLetIn) continue;
      assert.equal(answer.json.error.code, 'FORBIDDEN');
      assert.match(answer.json.error.message, new RegExp(`scope ${needed}`));
    }
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('HEAD asks what GET asks', async () => {
  await using gateway = await openScopedGateway();
  assert.equal((await gateway.ask('HEAD', '/api/v1/account', { key: 'capture' })).status, 403);
  assert.equal((await gateway.ask('HEAD', '/api/v1/account', { key: 'read' })).status, 200);
});

test('the scope is asked for before the body is looked at', async () => {
  await using gateway = await openScopedGateway();
  assert.equal((await gateway.ask('POST', '/api/v1/screenshots', { key: 'read', body: '{' })).status, 403);
});

const url = '/api/v1/screenshots';

test('a key with domains captures pages of these and of those below them, and nothing else', async () => {
  await using gateway = await openScopedGateway(['example.com', 'xn--bcher-kva.example', '93.184.216.34']);
  const status = async (body: object) => {
    const answer = await gateway.ask('POST', url, { key: 'capture', body });
    if (answer.status !== 202) assert.equal(answer.json.error.code, 'DOMAIN_NOT_ALLOWED', JSON.stringify(body));
    return answer.status;
  };
  for (const one of [
    'https://example.com',
    'http://EXAMPLE.com.:8080/x',
    'https://a.b.example.com/?q',
    'https://Bücher.example/',
    'http://0x5d.184.216.34/',
  ])
    assert.equal(await status({ url: one }), 202, one);
  for (const one of ['https://example.org', 'https://notexample.com', 'https://example.com.evil.org', 'https://example.co', 'https://com'])
    assert.equal(await status({ url: one }), 403, one);
  for (const body of [{ html: '<p>' }, { markdown: '#' }, { html: '<img src=https://example.com>', url: '' }])
    assert.equal(await status(body), 403, JSON.stringify(body));
});

test('what a key with domains may not capture it may not have captured again either', async () => {
  await using gateway = await openScopedGateway(['example.com']);
  const { json } = await gateway.ask('POST', url, { key: 'capture', body: { url: 'https://example.com' } });
  await gateway.ask('POST', `${url}/${json.id}/cancel`, { key: 'capture' });
  assert.equal((await gateway.ask('POST', `${url}/${json.id}/retry`, { key: 'capture' })).status, 202);
  Object.assign(gateway.intake.screenshots.get(json.id) ?? {}, { url: 'https://example.org' });
  const again = await gateway.ask('POST', `${url}/${json.id}/retry`, { key: 'capture' });
  assert.deepEqual([again.status, again.json.error.code], [403, 'DOMAIN_NOT_ALLOWED']);
});

test('what is wrong with a wish is said before whose it is', async () => {
  await using gateway = await openScopedGateway(['example.com']);
  const { status, json } = await gateway.ask('POST', url, { key: 'capture', body: { url: 'nonsense', width: 1 } });
  assert.deepEqual([status, Object.keys(json.error.details).sort()], [422, ['url', 'width']]);
});
