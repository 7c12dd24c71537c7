import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BatchStatus } from '@shotwire/contract';
import { batchNow, makeBatch, pages } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('ten thousand rows are accepted, and taken back, in less than five seconds each, and leave no memory behind', async () => {
  await using house = await openIntake();
  const own = pages(10_000).map((row, n) => ({ ...row, options: { width: 400 + (n % 500) }, tags: ['t'] }));
  const grown: number[] = [];
  for (const rows of [own, own]) {
    const began = performance.now();
    const batch = await makeBatch(house, rows);
    const accepted = performance.now();
    await house.client.cancelBatch({ id: batch.id }, acme);
    const cancelled = performance.now();
    assert.ok(accepted - began < 5_000, `accepted in ${Math.round(accepted - began)} ms`);
    assert.ok(cancelled - accepted < 5_000, `taken back in ${Math.round(cancelled - accepted)} ms`);
    const { total, cancelled: counted, status } = await batchNow(house, batch);
    assert.deepEqual([total, counted, status], [10_000, 10_000, BatchStatus.CANCELLED]);
    collectGarbage();
    grown.push(process.memoryUsage().heapUsed);
  }
  const [first = 0, second = 0] = grown;
  assert.ok(second - first < 5e6, `${Math.round((second - first) / 1e6)} MB more after the second than after the first`);
});
