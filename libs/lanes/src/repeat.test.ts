import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { repeat } from './repeat.ts';

const unexpected = (thrown: unknown) => assert.fail(String(thrown));

test('work is repeated, also when it fails, and never runs twice at once', async () => {
  let [runs, running] = [0, 0];
  const troubles: unknown[] = [];
  const repeating = repeat({
    everyMs: 1,
    work: async () => {
      assert.equal(running++, 0);
      await new Promise(setImmediate);
      running--;
      if (++runs % 2 === 0) throw new Error(`run ${runs}`);
    },
    onTrouble: (thrown) => troubles.push(thrown),
  });
  await eventually(() => runs >= 6);
  await repeating[Symbol.asyncDispose]();
  assert.equal(troubles.length, Math.floor(runs / 2));
});

test('work that throws before it gives a promise is trouble like any other', async () => {
  const troubles: unknown[] = [];
  await using _ = repeat({
    everyMs: 1,
    work: () => {
      throw new Error('at once');
    },
    onTrouble: (thrown) => troubles.push(thrown),
  });
  await eventually(() => troubles.length >= 2);
});

test('to close is to wait for the work under way, not for the pause after it', async () => {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const repeating = repeat({
    everyMs: 60_000,
    work: async () => {
      runs++;
      await gate.promise;
    },
    onTrouble: unexpected,
  });
  let closed = false;
  const closing = repeating[Symbol.asyncDispose]().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  assert.equal(closed, false);
  gate.resolve();
  await closing;
  assert.equal(runs, 1);

  const pausing = repeat({ everyMs: 60_000, work: async () => {}, onTrouble: unexpected });
  await new Promise(setImmediate);
  await pausing[Symbol.asyncDispose]();
});
