import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache, type CreateScreenshotRequest, OptionsSchema, Priority, ScreenshotStatus, toWords } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';

const defaults = {
  width: 1280,
  height: 800,
  format: 'png',
  quality: 80,
  full_page: false,
  device: 'desktop',
  block_ads: false,
  block_cookies: true,
  dark_mode: false,
  delay: 0,
  timeout: 30,
  retina: false,
};

test('a wish is answered with 202, its place, and the options in the order of the documentation', async () => {
  await using gateway = await openGateway();
  const { status, headers, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: 'https://example.com' } });
  assert.equal(status, 202);
  assert.equal(headers.location, `https://shots.example/base/api/v1/screenshots/${json.id}`);
  assert.equal(
    JSON.stringify(json),
    JSON.stringify({
      id: json.id,
      status: 'pending',
      url: 'https://example.com',
      options: defaults,
      webhook_url: null,
      webhook: null,
      created_at: '2026-03-09T10:30:00.000000Z',
    }),
  );
});

test('every option reaches capture as it was sent, and what was left out is left to capture', async () => {
  const seen: unknown[] = [];
  await using gateway = await openGateway({
    intake: {
      async createScreenshot({ id, options }) {
        seen.push(options);
        return { screenshot: { id, options: options ?? {}, status: ScreenshotStatus.PENDING } };
      },
    },
  });
  const options = {
    width: 320,
    height: 2160,
    format: 'webp',
    quality: 1,
    full_page: true,
    device: 'tablet',
    block_ads: true,
    block_cookies: false,
    dark_mode: true,
    delay: 0.5,
    timeout: 120,
    retina: true,
  };
  assert.deepEqual((await gateway.make({ url: 'https://example.com', ...options })).options, options);
  assert.deepEqual((await gateway.make({ url: 'https://example.com', width: 400.0 })).options, { width: 400 });
  assert.equal(seen.length, 2);
});

test('the rest of a wish reaches capture too: pages, what is nested, and how urgent and how new it must be', async () => {
  const seen: CreateScreenshotRequest[] = [];
  await using gateway = await openGateway({
    intake: {
      async createScreenshot(request) {
        seen.push(request);
        return { screenshot: { id: request.id, options: {}, status: ScreenshotStatus.COMPLETED, cache: Cache.HIT } };
      },
    },
  });
  const nested = {
    cookies: [{ name: 'a', value: '', same_site: 'lax' }],
    headers: { 'x-a': '1' },
    steps: [{ action: 'click', selector: '#a' }],
    also: ['pdf'],
    clip: { x: 1, y: 2, width: 10, height: 10 },
  };
  const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', {
    body: { markdown: '# 頁', priority: 'batch', dedupe: true, cache_ttl: 60, ...nested },
  });
  assert.deepEqual([status, json.status, json.cache], [202, 'completed', 'hit']);
  const [{ options, ...request } = assert.fail()] = seen;
  assert.deepEqual(
    [request.url, request.markdown, request.priority, request.dedupe, request.cacheTtl],
    ['', '# 頁', Priority.BATCH, true, 60],
  );
  assert.deepEqual(options && toWords(OptionsSchema, options), nested);
});

test('the webhook of a new screenshot is pending, without asking the notifier', async () => {
  await using gateway = await openGateway();
  const { webhook_url, webhook } = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  assert.equal(webhook_url, 'https://example.com/hook');
  assert.deepEqual(webhook, { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null });
  assert.deepEqual(gateway.desk.asked, []);
});

test('account, request id and trace go along', async () => {
  await using gateway = await openGateway();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { headers } = await gateway.ask('POST', '/api/v1/screenshots', {
    body: { url: 'https://example.com' },
    headers: { 'x-request-id': 'my.id-1', traceparent },
    key: 'key-two',
  });
  assert.equal(headers['x-request-id'], 'my.id-1');
  const [context] = gateway.intake.contexts;
  assert.equal(context?.account, 'two');
  assert.equal(context?.requestId, 'my.id-1');
  assert.match(context?.traceparent ?? '', /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
});

test('a full queue is 429 with the time to wait that capture gave', async () => {
  await using gateway = await openGateway({
    intake: {
      async createScreenshot() {
        throw new Failure('queue_full', { retryAfterS: 10 });
      },
    },
  });
  const { status, headers, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: 'https://example.com' } });
  assert.equal(status, 429);
  assert.equal(headers['retry-after'], '10');
  assert.equal(json.error.code, 'QUEUE_FULL');
});

test('what capture says of a field is said to the client', async () => {
  await using gateway = await openGateway({
    intake: {
      async createScreenshot() {
        throw new Failure('validation_error', { fields: { width: ['must be from 320 to 3840'] } });
      },
    },
  });
  const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: 'https://example.com' } });
  assert.equal(status, 422);
  assert.deepEqual(json.error.details, { width: ['must be from 320 to 3840'] });
});
