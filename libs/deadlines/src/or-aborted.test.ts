import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { orAborted } from './or-aborted.ts';

const never = new Promise<never>(() => {});

test('what the promise gives is given, and nothing stays on the signal', async () => {
  const { signal } = new AbortController();
  assert.equal(await orAborted(Promise.resolve(1), signal), 1);
  await assert.rejects(orAborted(Promise.reject(new Error('no')), signal), /no/);
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('a signal that aborts ends the wait, before or during it', async () => {
  const closing = new AbortController();
  const waiting = orAborted(never, closing.signal);
  closing.abort(new Error('closed'));
  await assert.rejects(waiting, /closed/);
  await assert.rejects(orAborted(never, closing.signal), /closed/);
});
