import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './verdict.ts';

const response = Buffer.alloc(0);

for (const status of [200, 201, 202, 204, 299])
  test(`${status} is success`, () => assert.deepEqual(judge({ kind: 'answered', status, response }), { kind: 'succeeded', status }));

for (const status of [199, 300, 301, 302, 304, 307, 400, 401, 404, 410, 429, 500, 502, 503, 504])
  test(`${status} is not`, () =>
    assert.deepEqual(judge({ kind: 'answered', status, response }), { kind: 'failed', trouble: 'status', status }));

test('no answer is a failure with its reason, and with the status if the answer had begun', () => {
  assert.deepEqual(judge({ kind: 'unanswered', trouble: 'dns_failed' }), { kind: 'failed', trouble: 'dns_failed', status: null });
  assert.deepEqual(judge({ kind: 'unanswered', trouble: 'timeout', status: 200 }), { kind: 'failed', trouble: 'timeout', status: 200 });
});
