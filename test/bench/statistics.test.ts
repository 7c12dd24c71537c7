import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, percentile } from './statistics.ts';

test('the median is the middle value, or the mean of the two in the middle', () => {
  assert.equal(median([30, 1, 2]), 2);
  assert.equal(median([10, 1, 3, 2]), 2.5);
});

test('a percentile is a value that was measured', () => {
  const values = Array.from({ length: 30 }, (_, at) => 30 - at);
  assert.equal(percentile(values, 0.95), 29);
  assert.equal(percentile(values, 1), 30);
  assert.equal(percentile([7], 0.95), 7);
});
