import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { startPump } from './pump.ts';

const unexpected = (thrown: unknown) => assert.fail(String(thrown));

/** A queue in memory, worked off by a pump; items end when told. */
function startTestPump({ slots = 3, untilDue = async (): Promise<number | undefined> => undefined, trouble = 0 } = {}) {
  const waiting: string[] = [];
  const inHand = new Map<string, () => void>();
  const seen = { claims: 0, most: 0, troubles: [] as unknown[] };
  let troublesLeft = trouble;
  const pump = startPump<string>({
    slots,
    claim: async (limit) => {
      seen.claims++;
      if (troublesLeft-- > 0) throw new Error('the queue cannot be read');
      return waiting.splice(0, limit);
    },
    untilDue,
    work: (item) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      inHand.set(item, resolve);
      seen.most = Math.max(seen.most, inHand.size);
      return promise.finally(() => inHand.delete(item));
    },
    onTrouble: (thrown) => seen.troubles.push(thrown),
  });
  const endAll = () => {
    for (const end of inHand.values()) end();
  };
  return {
    pump,
    waiting,
    inHand,
    seen,
    async [Symbol.asyncDispose]() {
      waiting.length = 0;
      const stopping = pump.stop();
      endAll();
      await stopping;
    },
  };
}

/** Resolves when the pump has claimed again. */
async function nextClaim(seen: { claims: number }): Promise<void> {
  const before = seen.claims;
  await eventually(() => seen.claims > before, { everyMs: 1 });
}

test('never more is in hand than there are slots, and every slot is used', async () => {
  await using house = startTestPump({ slots: 3 });
  const { pump, waiting, inHand, seen } = house;
  waiting.push(...Array.from({ length: 20 }, (_, n) => `item ${n}`));
  pump.wake();
  let worked = 0;
  while (worked < 20) {
    await eventually(() => inHand.size === Math.min(3, 20 - worked), { everyMs: 1 });
    inHand.values().next().value?.();
    worked++;
  }
  await pump.stop();
  assert.deepEqual([seen.most, pump.inHand], [3, 0]);
});

test('a wake-up is heard at once', async () => {
  const asked = Promise.withResolvers<void>();
  await using house = startTestPump({
    untilDue: async () => {
      asked.resolve();
      return undefined;
    },
  });
  const { pump, waiting, inHand } = house;
  await asked.promise;
  await new Promise(setImmediate);
  const began = performance.now();
  waiting.push('item');
  pump.wake();
  await eventually(() => inHand.has('item'), { everyMs: 1 });
  assert.ok(performance.now() - began < 500);
});

test('a wake-up during a claim is not lost', async () => {
  const gate = Promise.withResolvers<void>();
  let claims = 0;
  await using pump = startPump({
    slots: 1,
    claim: async () => {
      claims++;
      await gate.promise;
      return [];
    },
    untilDue: async () => undefined,
    work: async () => {},
    onTrouble: unexpected,
  });
  await eventually(() => claims === 1, { everyMs: 1 });
  pump.wake();
  const began = performance.now();
  gate.resolve();
  await eventually(() => claims === 2, { everyMs: 1 });
  assert.ok(performance.now() - began < 500);
});

test('without a wake-up the pump looks again after a while', async () => {
  await using house = startTestPump();
  const { waiting, inHand, seen } = house;
  await eventually(() => seen.claims === 1, { everyMs: 1 });
  waiting.push('item');
  await eventually(() => inHand.has('item'));
});

test('the pump looks when the next item falls due, and not before', async () => {
  await using house = startTestPump({ untilDue: async () => 300 });
  const { seen } = house;
  await eventually(() => seen.claims === 1, { everyMs: 1 });
  const began = performance.now();
  await nextClaim(seen);
  const ms = performance.now() - began;
  assert.ok(ms > 250 && ms < 800, `${ms} ms`);
});

test('something due that cannot be claimed does not make the pump spin', async () => {
  await using house = startTestPump({ untilDue: async () => 0 });
  const { seen } = house;
  const began = performance.now();
  await eventually(() => seen.claims === 10, { everyMs: 1 });
  assert.ok(performance.now() - began > 80);
});

test('a queue that cannot be read is told of, and the pump goes on', async () => {
  await using house = startTestPump({ trouble: 2 });
  const { waiting, inHand, seen } = house;
  waiting.push('item');
  await eventually(() => inHand.has('item'));
  assert.equal(seen.troubles.length, 2);
});

test('to stop is to wait for the hands, and to claim nothing more', async () => {
  await using house = startTestPump({ slots: 2 });
  const { pump, waiting, inHand, seen } = house;
  waiting.push('one', 'two', 'three');
  pump.wake();
  await eventually(() => inHand.size === 2, { everyMs: 1 });
  const claims = seen.claims;
  let stopped = false;
  const stopping = pump.stop().then(() => {
    stopped = true;
  });
  inHand.get('one')?.();
  await eventually(() => inHand.size === 1, { everyMs: 1 });
  assert.equal(stopped, false);
  inHand.get('two')?.();
  await stopping;
  assert.deepEqual([waiting, seen.claims], [['three'], claims]);
});

test('a pump that waits stops at once', async () => {
  await using house = startTestPump();
  const { pump, seen } = house;
  await eventually(() => seen.claims === 1, { everyMs: 1 });
  const began = performance.now();
  await pump[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 300);
});
