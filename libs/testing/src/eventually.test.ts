import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';

test('a probe is asked until it no longer throws, and its answer is given', async () => {
  let asked = 0;
  const answer = await eventually(() => {
    asked++;
    assert.equal(asked, 3);
    return 'there';
  });
  assert.equal(answer, 'there');
});

test('a probe that answers false is asked again', async () => {
  let asked = 0;
  await eventually(() => ++asked === 3);
  assert.equal(asked, 3);
});

test('what never comes true is reported with the time and the last error', async () => {
  const last = new Error('not yet');
  await assert.rejects(
    eventually(() => Promise.reject(last), { timeoutMs: 50, everyMs: 5 }),
    (thrown) => {
      assert.ok(thrown instanceof Error);
      assert.match(thrown.message, /^Still not so after \d+ ms: not yet$/);
      assert.equal(thrown.cause, last);
      return true;
    },
  );
});
