import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { deadline } from './deadline.ts';
import { orAborted } from './or-aborted.ts';

const late = new Error('late');
const never = () => new Promise<never>(() => {});

test('a deadline ends a wait with its own reason', async () => {
  using limit = deadline(5, late, new AbortController().signal);
  await assert.rejects(orAborted(never(), limit.signal), (thrown) => thrown === late);
});

test('an outer signal ends it first, with the outer reason, also when it has aborted before', async () => {
  const outer = new AbortController();
  using limit = deadline(60_000, late, outer.signal);
  const closed = new Error('closed');
  outer.abort(closed);
  await assert.rejects(orAborted(never(), limit.signal), (thrown) => thrown === closed);
  using after = deadline(60_000, late, outer.signal);
  assert.equal(after.signal.reason, closed);
});

test('once disposed of it rings no more, and leaves nothing on the outer signal', async () => {
  const outer = new AbortController();
  const limit = deadline(1, late, outer.signal);
  limit[Symbol.dispose]();
  assert.deepEqual(getEventListeners(outer.signal, 'abort'), []);
  await sleep(10);
  assert.equal(limit.signal.aborted, false);
});
