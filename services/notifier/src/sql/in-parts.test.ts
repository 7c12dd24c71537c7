import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inParts } from './in-parts.ts';

test('the parts of a list are the list', () => {
  assert.deepEqual([...inParts([1, 2, 3, 4, 5], 2)], [[1, 2], [3, 4], [5]]);
  assert.deepEqual([...inParts([])], []);
});
