import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { keyIds, openGateway } from '../../gateway.fixture.ts';
import { askAndEnd, onlyWish, openImpatient } from '../ending.fixture.ts';
import { urlboxRoutes } from './routes.ts';

const picture = Buffer.from('picture');
const url = encodeURIComponent('https://example.com/');
const noKey = { key: undefined };
const body = { url: 'https://example.com/' };
/** What the twin of the desk says is the signing secret of account `one`. */
const secret = `whsec_${Buffer.from('one').toString('base64')}`;

const tokenOf = (query: string, by = secret) => createHmac('sha256', by).update(query).digest('hex');
const link = (query = `url=${url}`, by = secret) => `/v1/${keyIds.one}/${tokenOf(query, by)}/png?${query}`;

test('200: a synchronous render is a link to its picture, or the picture itself', async () => {
  await using gateway = await openGateway();
  const { status, json } = await askAndEnd(gateway, () => gateway.ask('POST', '/v1/render/sync', { body }), picture);
  assert.equal(status, 200);
  assert.match(json.renderUrl, /^https:\/\/shots\.example\/base\/images\/one\//);
  assert.deepEqual(Object.keys(json), ['renderUrl', 'size', 'renderTime', 'queueTime']);
  const binary = { ...body, response_type: 'binary', download: 'home' };
  const { headers, bytes } = await askAndEnd(gateway, () => gateway.ask('POST', '/v1/render/sync', { body: binary }), picture);
  assert.deepEqual(
    [headers['content-type'], headers['content-disposition'], bytes],
    ['image/png', 'attachment; filename=home.png', picture],
  );
});

test('307: what does not end in time has a status', async () => {
  await using impatient = await openImpatient(urlboxRoutes);
  const { statusCode, headers } = await impatient.app.inject({
    method: 'POST',
    url: '/v1/render/sync',
    headers: { authorization: 'Bearer k' },
    payload: body,
  });
  assert.deepEqual([statusCode, headers.location], [307, `https://shots.example/base/v1/render/${impatient.screenshot.id}`]);
});

test('201: an asynchronous render, whose status says what becomes of it', async () => {
  await using gateway = await openGateway();
  const made = async () => {
    const { status, json } = await gateway.ask('POST', '/v1/render/async', { body });
    assert.deepEqual([status, json.status, json.statusUrl], [201, 'created', `https://shots.example/base/v1/render/${json.renderId}`]);
    return json.renderId;
  };
  const see = async (id: string) => (await gateway.ask('GET', `/v1/render/${id}`)).json;
  const completed = await made();
  assert.deepEqual(await see(completed), { renderId: completed, status: 'created' });
  await gateway.complete(completed, picture);
  assert.deepEqual([(await see(completed)).status, (await see(completed)).renderId], ['succeeded', completed]);
  const cancelled = await made();
  await gateway.ask('POST', `/api/v1/screenshots/${cancelled}/cancel`);
  assert.deepEqual(await see(cancelled), {
    renderId: cancelled,
    status: 'failed',
    error: { message: 'The render was cancelled.', code: 'CANCELLED' },
  });
});

test('404: a render that there is not, or that is not of this account', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make(body, 'key-two');
  for (const render of [id, 'nothing', 'sync%00'])
    assert.deepEqual([render, (await gateway.ask('GET', `/v1/render/${render}`)).json.error?.code], [render, 'NOT_FOUND']);
});

test('a link gives the picture to whoever holds it, and has its account make it once', async () => {
  await using gateway = await openGateway();
  const query = `url=${url}&width=640&cookie=a%3Db&cookie=c%3Dd`;
  const { status, bytes } = await askAndEnd(gateway, () => gateway.ask('GET', link(query), noKey), picture);
  assert.deepEqual([status, bytes], [200, picture]);
  const wish = onlyWish(gateway);
  assert.deepEqual([wish.accountId, wish.options?.width], ['one', 640]);
  const head = await askAndEnd(gateway, () => gateway.ask('HEAD', link(query), noKey), picture);
  assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '7', 0]);
});

test('403: a link that is not signed by its account, to the letter', async () => {
  await using gateway = await openGateway();
  const refused = [
    link().replace('example.com', 'example.org'),
    `${link()}&full_page=true`,
    link(undefined, 'another'),
    link().replace(keyIds.one ?? '', keyIds.two ?? ''),
    link().replace(keyIds.one ?? '', '99999999-9999-4999-8999-999999999999'),
    link().replace(keyIds.one ?? '', 'key-one'),
    link().replace(/(.*)\?.*/, '$1'),
    `/v1/${keyIds.one}/true/png?url=${url}`,
    `/v1/${keyIds.one}/png?url=${url}`,
    `/v1/key-one/png?url=${url}`,
  ];
  for (const path of refused) {
    const { status, json } = await gateway.ask('GET', path, { key: 'key-one' });
    assert.deepEqual([status, json.error.code, typeof json.requestId], [403, 'LINK_REFUSED', 'string'], path);
  }
  assert.equal(gateway.intake.screenshots.size, 0);
  assert.equal((await gateway.ask('POST', link(), noKey)).status, 405);
  assert.doesNotMatch(JSON.stringify(gateway.lines), /key-one|[0-9a-f]{64}/, 'nothing of a link is in a log');
});

test('a no has their shape', async () => {
  await using gateway = await openGateway();
  const refusal = async (asking: Parameters<typeof gateway.ask>[2]) => {
    const { status, json } = await gateway.ask('POST', '/v1/render/sync', asking);
    return [status, json.error.code, ...Object.keys(json.error.errors ?? {})];
  };
  assert.deepEqual(await refusal({ ...noKey, body }), [401, 'INVALID_API_KEY']);
  assert.deepEqual(await refusal({ key: keyIds.one, body }), [401, 'INVALID_API_KEY']);
  assert.deepEqual(await refusal({ body: '{' }), [400, 'MALFORMED_BODY']);
  assert.deepEqual(await refusal({ body: '[]' }), [422, 'InvalidOptions', 'body']);
  assert.deepEqual(await refusal({ body: {} }), [422, 'InvalidOptions', 'url']);
  assert.deepEqual(await refusal({ body: { url: '127.0.0.1' } }), [422, 'InvalidOptions', 'url']);
  assert.deepEqual(await refusal({ body: { ...body, thumb_width: 0, tz: 5, solve_captchas: true } }), [
    422,
    'InvalidOptions',
    'thumb_width',
    'solve_captchas',
  ]);
  const failed = await askAndEnd(gateway, () => gateway.ask('POST', '/v1/render/sync', { body }), {
    code: 'TIMEOUT',
    message: 'It took too long.',
  });
  assert.deepEqual([failed.status, failed.json.error], [504, { message: 'It took too long.', code: 'TIMEOUT' }]);
});
