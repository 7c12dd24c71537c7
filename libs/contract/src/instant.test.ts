import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instantFromMs, instantFromTimestamp, instantToMs, instantToTimestamp } from './instant.ts';

test('an instant has six fractional digits, whatever it was made from', () => {
  assert.equal(instantFromMs(Date.UTC(2026, 2, 9, 10, 30)), '2026-03-09T10:30:00.000000Z');
  assert.equal(instantFromMs(1_500), '1970-01-01T00:00:01.500000Z');
});

test('the microseconds survive the wire, before 1970 too', () => {
  for (const text of ['2026-03-09T10:30:05.123456Z', '1969-12-31T23:59:59.999999Z', '2026-12-31T23:59:59.000001Z']) {
    assert.equal(instantFromTimestamp(instantToTimestamp(text as Instant)), text);
  }
});

test('milliseconds cut the microseconds off', () => {
  assert.equal(instantToMs('1970-01-01T00:00:01.234567Z' as Instant), 1_234);
});
