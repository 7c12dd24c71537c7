import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originsOf } from './screenshot.ts';

test('what has ended stays as it is', () => {
  for (const to of ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const) {
    const ended = originsOf(to).filter((from) => ['completed', 'failed', 'cancelled'].includes(from));
    assert.deepEqual(ended, [], `nothing that has ended becomes ${to}`);
  }
});

test('only what is in a slot completes or fails', () => {
  assert.deepEqual(originsOf('completed'), ['processing']);
  assert.deepEqual(originsOf('failed'), ['processing']);
});
