import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startClock } from './start-clock.ts';

test('the clock moves only when told', () => {
  const clock = startClock('2026-01-01T00:00:00Z');
  clock.advance(1500);
  assert.equal(new Date(clock.now()).toISOString(), '2026-01-01T00:00:01.500Z');
});
