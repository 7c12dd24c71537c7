import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { keyIds, openGateway } from '../../gateway.fixture.ts';
import { onlyWish } from '../ending.fixture.ts';

const url = encodeURIComponent('https://example.com/');
const noKey = { key: undefined };
/** What the twin of the desk says is the signing secret of account `one`. */
const secret = `whsec_${Buffer.from('one').toString('base64')}`;

const signed = (query: string, by = secret) => `/take?${query}&signature=${createHmac('sha256', by).update(query).digest('hex')}`;
const query = `url=${url}&async=true&access_key=${keyIds.one}`;

type Gateway = Awaited<ReturnType<typeof openGateway>>;

/** The status and the code of an answer that says no. */
async function refusal({ ask }: Gateway, ...[method, path, asking]: Parameters<Gateway['ask']>) {
  const { status, json } = await ask(method, path, asking);
  return [status, json.error_code];
}

test('401: no key, or none of ours', async () => {
  await using gateway = await openGateway();
  for (const asking of [noKey, { ...noKey, body: { url: 'https://example.com/' } }] as const)
    assert.deepEqual(await refusal(gateway, 'body' in asking ? 'POST' : 'GET', '/take', asking), [401, 'access_key_required']);
  const wrong = [
    await refusal(gateway, 'GET', `/take?url=${url}&access_key=wrong`, noKey),
    await refusal(gateway, 'GET', `/take?url=${url}&access_key=`, noKey),
    await refusal(gateway, 'GET', `/take?url=${url}&access_key=a&access_key=key-one`, noKey),
    await refusal(gateway, 'POST', '/take', { ...noKey, body: { url: 'https://example.com/', access_key: ['key-one'] } }),
    await refusal(gateway, 'GET', '/take', { key: 'wrong' }),
  ];
  for (const one of wrong) assert.deepEqual(one, [401, 'access_key_invalid']);
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('a GET that is signed in the name of a key is taken for its account', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('GET', signed(query), noKey)).status, 202);
  assert.equal(onlyWish(gateway).accountId, 'one');
});

test('each account signs with its own secret', async () => {
  await using gateway = await openGateway();
  const ofTwo = query.replace(keyIds.one ?? '', keyIds.two ?? '');
  assert.equal((await gateway.ask('GET', signed(ofTwo), noKey)).status, 403);
  assert.equal((await gateway.ask('GET', signed(ofTwo, `whsec_${Buffer.from('two').toString('base64')}`), noKey)).status, 202);
  assert.equal(onlyWish(gateway).accountId, 'two');
});

test('403: what is not signed by the account, to the letter, is not taken', async () => {
  await using gateway = await openGateway();
  const good = signed(query);
  const notValid = [
    good.replace('async=true', 'async=1'),
    good.replace('example.com', 'example.org'),
    `${good}&full_page=true`,
    good.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    good.replace(/.$/, ''),
    good.replace(/signature=.*/, 'signature='),
    good.replace(/&signature=(.*)/, '&signature=$1&signature=$1'),
    good.replace(/\?(.*)&(signature=.*)/, '?$2&$1'),
    good.replace(keyIds.one ?? '', keyIds.two ?? ''),
    signed(query, 'another secret'),
    // The key itself opens the door; a signature that comes with it must be right all the same.
    signed(query.replace(keyIds.one ?? '', 'key-one'), 'another secret'),
  ];
  for (const path of notValid) assert.deepEqual(await refusal(gateway, 'GET', path, noKey), [403, 'signature_is_not_valid'], path);
  const required = [
    await refusal(gateway, 'GET', `/take?${query}`, noKey),
    await refusal(gateway, 'GET', `/take?url=${url}`, { key: keyIds.one }),
    await refusal(gateway, 'POST', '/take', { ...noKey, body: { url: 'https://example.com/', access_key: keyIds.one } }),
  ];
  for (const one of required) assert.deepEqual(one, [403, 'signature_is_required']);
  // What a body says is not signed.
  assert.deepEqual(await refusal(gateway, 'POST', good, { ...noKey, body: { full_page: true } }), [403, 'signature_is_not_valid']);
  assert.deepEqual(await refusal(gateway, 'GET', good.replace(keyIds.one ?? '', '99999999-9999-4999-8999-999999999999'), noKey), [
    401,
    'access_key_invalid',
  ]);
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('a signature that does not fit takes nothing from the requests of its key', async () => {
  const taken: string[] = [];
  const requestRate = { take: async (id: string) => void taken.push(id) };
  await using gateway = await openGateway({ parts: { requestRate } });
  await gateway.ask('GET', `/take?${query}`, noKey);
  await gateway.ask('GET', signed(query, 'another secret'), noKey);
  assert.deepEqual(taken, []);
  await gateway.ask('GET', signed(query), noKey);
  assert.deepEqual(taken, [keyIds.one]);
});

test('503: where the secret cannot be had, nobody is told that a signature is wrong', async () => {
  const getSigningSecret = async () => {
    throw new Failure('unavailable');
  };
  await using gateway = await openGateway({ desk: { getSigningSecret } });
  assert.deepEqual(await refusal(gateway, 'GET', signed(query), noKey), [503, 'temporary_unavailable']);
});

test('neither a key nor a signature is in a log', async () => {
  await using gateway = await openGateway();
  await gateway.ask('GET', signed(query), noKey);
  await gateway.ask('GET', `/take?url=${url}&access_key=key-one&async=true`, noKey);
  await gateway.ask('GET', '/take?access_key=key-one', noKey);
  assert.ok(gateway.lines.length >= 3);
  assert.doesNotMatch(JSON.stringify(gateway.lines), /signature|key-one|access_key/);
});

test('422: all that is wrong is said at once, by their names', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('POST', '/take', {
    body: {
      url: 'https://example.com/',
      viewport_width: 5,
      format: 'gif',
      full_page: 'perhaps',
      clip_width: 100,
      cookies: ['no cookie'],
      headers: ['X-One: 1', 'nothing'],
      wait_until: ['load', 'never'],
      geolocation_latitude: 100,
      pdf_margin_top: 'wide',
      block_socials: true,
      store: true,
      storage_path: 'a',
      openai_api_key: 'sk',
      'never heard of': 1,
    },
  });
  assert.deepEqual([status, json.error_code], [422, 'request_not_valid']);
  const named = json.error_details.map(({ path: [name] }: { path: string[] }) => name);
  assert.deepEqual([...new Set(named)].sort(), [
    'block_socials',
    'clip_height',
    'cookies',
    'format',
    'full_page',
    'geolocation_latitude',
    'geolocation_longitude',
    'headers',
    'never heard of',
    'openai_api_key',
    'storage_path',
    'store',
    'viewport_width',
    'wait_until',
  ]);
  assert.match(json.error_message, /^The request is not valid\. "/);
});

test('422: what does not go together', async () => {
  await using gateway = await openGateway();
  const cases = {
    [`url=${url}&cache_ttl=20000`]: 'cache_ttl',
    [`url=${url}&cache=true&cache_ttl=60`]: 'cache_ttl',
    [`url=${url}&cache=true&cache_key=a`]: 'cache_key',
    [`url=${url}&response_type=empty&webhook_url=https://example.com/`]: 'webhook_url',
    [`url=${url}&webhook_url=http://127.0.0.1/`]: 'webhook_url',
    [`url=${url}&html=x`]: 'html',
    [`url=${url}&attachment_name=a%2Fb`]: 'attachment_name',
    [`url=${url}&external_identifier=a-b`]: 'external_identifier',
    'url=file:///etc/passwd': 'url',
    'url=http://127.0.0.1/': 'url',
    [`url=${url}&url=${url}`]: 'url',
    'format=png': 'url',
  };
  for (const [asked, name] of Object.entries(cases)) {
    const { status, json } = await gateway.ask('GET', `/take?${asked}`);
    assert.deepEqual([status, json.error_details?.[0].path], [422, [name]], asked);
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

test('bodies that are none have their shape too', async () => {
  await using gateway = await openGateway();
  const deep = JSON.parse(`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: '{' }), [400, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: '[]' }), [422, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: '"text"' }), [422, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: { url: deep } }), [422, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: { html: 'x', attachment_name: '\ud800' } }), [422, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: { html: '\ud800' } }), [422, 'request_not_valid']);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: '{"__proto__": {"url": "https://example.com/"}}' }), [
    400,
    'request_not_valid',
  ]);
  assert.deepEqual(await refusal(gateway, 'POST', '/take', { body: 'a=b', headers: { 'content-type': 'text/csv' } }), [
    415,
    'request_not_valid',
  ]);
});

test('404: what else they have is refused by its name', async () => {
  await using gateway = await openGateway();
  for (const path of ['/animate', '/bulk', '/usage']) {
    const { status, json } = await gateway.ask('GET', `${path}?access_key=key-one`, noKey);
    assert.deepEqual([status, json.error_message], [404, `${path} is not supported by Shotwire.`]);
  }
});
