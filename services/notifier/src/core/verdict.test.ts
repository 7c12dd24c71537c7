import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Trouble } from './verdict.ts';

const nowMs = Date.UTC(2026, 2, 9, 10, 30, 0);

interface Answer {
  isApp?: boolean;
  retryAfter?: string;
  webhookDelivery?: string;
}

const judged = (status: number, { isApp = true, ...headers }: Answer = {}) =>
  judge({ kind: 'answered', status, response: Buffer.alloc(0), headers }, { nowMs, isApp });
const silence = (trouble: Exclude<Trouble, 'status'>, status?: number) =>
  judge({ kind: 'unanswered', trouble, ...(status && { status }) }, { nowMs, isApp: true });

for (const status of [200, 201, 202, 204, 299])
  test(`${status} is success`, () => assert.deepEqual(judged(status), { kind: 'succeeded', status }));

for (const status of [199, 300, 301, 302, 304, 307, 400, 401, 404, 429, 500, 502, 503, 504])
  test(`${status} is not`, () => assert.deepEqual(judged(status), { kind: 'failed', trouble: 'status', status }));

test('no answer is a failure with its reason, and with the status if the answer had begun', () => {
  assert.deepEqual(silence('dns_failed'), { kind: 'failed', trouble: 'dns_failed', status: null });
  assert.deepEqual(silence('timeout', 200), { kind: 'failed', trouble: 'timeout', status: 200 });
});

test('410 ends a delivery and its app, and is any other failure to a URL that came with the request', () => {
  assert.deepEqual(judged(410), { kind: 'failed', trouble: 'status', status: 410, final: true, disables: 'gone' });
  assert.deepEqual(judged(410, { isApp: false }), { kind: 'failed', trouble: 'status', status: 410 });
});

test('a receiver that is busy says for how long, with 429 and 503 alone', () => {
  for (const status of [429, 503]) {
    assert.deepEqual(judged(status, { retryAfter: '90' }), { kind: 'failed', trouble: 'status', status, retryAfterS: 90 });
    assert.deepEqual(judged(status, { retryAfter: 'soon' }), { kind: 'failed', trouble: 'status', status });
  }
  assert.deepEqual(judged(429, { retryAfter: 'Mon, 09 Mar 2026 10:31:00 GMT', isApp: false }), {
    kind: 'failed',
    trouble: 'status',
    status: 429,
    retryAfterS: 60,
  });
  assert.deepEqual(judged(500, { retryAfter: '90' }), { kind: 'failed', trouble: 'status', status: 500 });
});

test('webhook-delivery: disable of any answer disables an app; what succeeded has succeeded all the same', () => {
  assert.deepEqual(judged(200, { webhookDelivery: 'disable' }), { kind: 'succeeded', status: 200, disables: 'asked' });
  for (const webhookDelivery of ['disable', ' Disable ', 'abort-message, disable'])
    assert.deepEqual(judged(500, { webhookDelivery }), { kind: 'failed', trouble: 'status', status: 500, final: true, disables: 'asked' });
  assert.deepEqual(judged(410, { webhookDelivery: 'disable' }), {
    kind: 'failed',
    trouble: 'status',
    status: 410,
    final: true,
    disables: 'asked',
  });
});

test('where there is no app, it ends the delivery', () => {
  assert.deepEqual(judged(200, { webhookDelivery: 'disable', isApp: false }), { kind: 'succeeded', status: 200 });
  assert.deepEqual(judged(500, { webhookDelivery: 'disable', isApp: false }), {
    kind: 'failed',
    trouble: 'status',
    status: 500,
    final: true,
  });
});

test('webhook-delivery: abort-message ends the delivery alone', () => {
  for (const isApp of [true, false])
    assert.deepEqual(judged(500, { webhookDelivery: 'abort-message', isApp }), {
      kind: 'failed',
      trouble: 'status',
      status: 500,
      final: true,
    });
  assert.deepEqual(judged(200, { webhookDelivery: 'abort-message' }), { kind: 'succeeded', status: 200 });
  assert.deepEqual(judged(500, { webhookDelivery: 'abort' }), { kind: 'failed', trouble: 'status', status: 500 });
});

test('faults of our own are nobody else’s', () => {
  for (const trouble of ['dns_ours', 'proxy_failed'] as const) assert.deepEqual(silence(trouble), { kind: 'spared', trouble });
});

test('an image that is gone is not waited for', () => {
  assert.deepEqual(silence('image_gone'), { kind: 'failed', trouble: 'image_gone', status: null, final: true });
});
