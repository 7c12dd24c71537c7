import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf } from './growth.ts';

test('what stays grows by nothing, what climbs by all it climbed', () => {
  assert.deepEqual(growthOf([5, 5, 5, 5]), { mean: 5, growth: 0 });
  assert.deepEqual(growthOf([0, 1, 2, 3]), { mean: 1.5, growth: 3 });
});

test('what goes up and down around a middle grows hardly', () => {
  assert.ok(Math.abs(growthOf([10, 12, 10, 12, 10, 12, 10]).growth) < 0.5);
});
