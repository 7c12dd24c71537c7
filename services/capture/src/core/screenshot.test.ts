import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageKeyOf, originsOf } from './screenshot.ts';

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

test('an image key depends on the id alone', () => {
  assert.equal(imageKeyOf('3f2b0000-0000-4000-8000-000000000000', 'png'), 'images/3f/3f2b0000-0000-4000-8000-000000000000.png');
});
