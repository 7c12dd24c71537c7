import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownOptions } from '@shotwire/contract';
import { openGateway } from '../../gateway.fixture.ts';
import { askAndEnd, onlyWish, openImpatient } from '../ending.fixture.ts';
import { screenshotOneRoutes } from './routes.ts';

const picture = Buffer.from('picture');
const url = encodeURIComponent('https://example.com/');
const noKey = { key: undefined };
const take = `/take?url=${url}&access_key=key-one`;

test('200: the bytes, under the name that was asked for', async () => {
  await using gateway = await openGateway();
  const { status, headers, bytes } = await askAndEnd(
    gateway,
    () => gateway.ask('GET', `${take}&attachment_name=Stra%C3%9Fe`, noKey),
    picture,
  );
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'image/png');
  assert.equal(headers['content-disposition'], `attachment; filename="Stra?e.png"; filename*=UTF-8''Stra%C3%9Fe.png`);
  assert.deepEqual(bytes, picture);
});

test('200: a link in JSON, nothing for empty, no body for HEAD', async () => {
  await using gateway = await openGateway();
  const json = await askAndEnd(gateway, () => gateway.ask('GET', `${take}&response_type=json`, noKey), picture);
  assert.deepEqual(Object.keys(json.json), ['screenshot_url']);
  assert.match(json.json.screenshot_url, /^https:\/\/shots\.example\/base\/images\/one\/.*\.png\?expires=\d+&signature=/);
  const empty = await askAndEnd(gateway, () => gateway.ask('GET', `${take}&response_type=empty`, noKey), picture);
  assert.deepEqual([empty.status, empty.bytes.length], [200, 0]);
  const head = await askAndEnd(gateway, () => gateway.ask('HEAD', take, noKey), picture);
  assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '7', 0]);
});

test('200: the key may come in a header, a body or as ours does', async () => {
  await using gateway = await openGateway();
  const body = { url: 'https://example.com/' };
  const asks = [
    () => gateway.ask('GET', `/take?url=${url}`, { key: undefined, headers: { 'x-access-key': 'key-one' } }),
    () => gateway.ask('POST', '/take', { key: undefined, body: { ...body, access_key: 'key-one' } }),
    () => gateway.ask('POST', '/take', { body }),
  ];
  for (const ask of asks) assert.equal((await askAndEnd(gateway, ask, picture)).status, 200);
});

test('202: async makes the same wish and waits for nothing', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('GET', `${take}&async=true&response_type=json`, noKey);
  assert.deepEqual([status, json], [202, {}]);
  const { status: plain, bytes } = await gateway.ask('GET', `${take}&async=1`, noKey);
  assert.deepEqual([plain, bytes.length], [202, 0]);
});

test('504: what does not end in time goes on', async () => {
  await using impatient = await openImpatient(screenshotOneRoutes);
  const answer = await impatient.app.inject(take);
  assert.equal(answer.statusCode, 504);
  assert.deepEqual([answer.json().error_code, answer.json().code], ['timeout_error', 'TIMEOUT']);
});

test('what ended without a picture has their code for it', async () => {
  await using gateway = await openGateway();
  const cases: [problem: Parameters<typeof askAndEnd>[2], status: number, code: string][] = [
    [{ code: 'TIMEOUT' }, 504, 'timeout_error'],
    [{ code: 'DNS_FAILED' }, 502, 'name_not_resolved'],
    [{ code: 'STATUS_REFUSED' }, 502, 'host_returned_error'],
    [{ code: 'SELECTOR_NOT_FOUND' }, 422, 'selector_not_found'],
    [{ code: 'SCRIPT_FAILED' }, 422, 'request_not_valid'],
    [{ code: 'BROWSER_LOST' }, 502, 'internal_application_error'],
    [{ code: 'UNHEARD_OF' }, 500, 'internal_application_error'],
    ['cancelled', 404, 'request_not_valid'],
  ];
  for (const [end, status, code] of cases) {
    const answer = await askAndEnd(gateway, () => gateway.ask('GET', take, noKey), end);
    assert.deepEqual([answer.status, answer.json.error_code, answer.json.is_successful], [status, code, false]);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  }
});

test('what theirs takes for granted is in the wish, and nothing else', async () => {
  await using gateway = await openGateway();
  await gateway.ask('GET', `${take}&async=true`, noKey);
  const { options } = onlyWish(gateway);
  const { width, height, format, timeout, block_cookies, fail_on_status } = shownOptions(options ?? assert.fail());
  assert.deepEqual([width, height, format, timeout, block_cookies], [1280, 1024, 'jpeg', 120, false]);
  assert.deepEqual(fail_on_status, ['300-599']);
});

test('a device has its own viewport, and a page that came with the wish no host', async () => {
  await using gateway = await openGateway();
  await gateway.ask('POST', '/take', { body: { html: '<p>', viewport_device: 'iphone_13_pro', async: true } });
  const wish = onlyWish(gateway);
  const { device, fail_on_status } = shownOptions(wish.options ?? assert.fail());
  assert.deepEqual([device, fail_on_status, wish.url], ['iphone_13_pro', undefined, '']);
});
