import assert from 'node:assert/strict';
import { test } from 'node:test';
import { no, openServer } from '../server.fixture.ts';
import type { Progress } from './progress.ts';
import { openBatches } from './twin.fixture.ts';

const urls = ['a', 'b', 'c', 'd', 'e'].map((name) => `https://example.com/${name}`);

test('rows come when they have ended, each once, however they are paged; the counts are told as they change', async () => {
  await using twin = await openBatches({
    fate: ({ batch_row }, look) => (batch_row <= look * 2 ? (batch_row === 3 ? 'failed' : 'completed') : 'pending'),
  });
  const seen: Progress[] = [];
  const batch = await twin.shotwire.batch(urls, { width: 800 }, { onProgress: (progress) => seen.push(progress) });
  const rows = [];
  for await (const row of batch) rows.push(row);
  assert.deepEqual(
    rows.map(({ batch_row, status }) => `${batch_row} ${status}`),
    ['1 completed', '2 completed', '3 failed', '4 completed', '5 completed'],
  );
  assert.deepEqual(
    seen.map(({ completed, failed }) => [completed, failed]),
    [
      [2, 0],
      [3, 1],
      [4, 1],
    ],
  );
  assert.equal(Buffer.from((await rows[0]?.image()) ?? []).toString(), `picture of ${urls[0]}`);
  assert.deepEqual(JSON.parse(twin.made()[0]?.body ?? ''), { requests: urls.map((url) => ({ url })), width: 800 });
});

test('rows that end in no order are all found', async () => {
  await using twin = await openBatches({ fate: ({ batch_row }, look) => (batch_row > 5 - look * 2 ? 'completed' : 'pending') });
  const rows: number[] = [];
  for await (const { batch_row = 0 } of await twin.shotwire.batch(urls)) rows.push(batch_row);
  assert.deepEqual(rows.toSorted(), [1, 2, 3, 4, 5]);
});

test('rows may have options of their own; the end is waited for by itself, and a batch can be followed by its id', async () => {
  await using twin = await openBatches();
  const batch = await twin.shotwire.batch([{ url: urls[0] as string, full_page: true }, urls[1] as string]);
  const summary = { status: 'completed', total: 2, completed: 2, failed: 0, cancelled: 0 };
  assert.deepEqual(await batch.summary(), summary);
  assert.deepEqual(await twin.shotwire.followBatch(batch.id).summary(), summary);
  assert.deepEqual(JSON.parse(twin.made()[0]?.body ?? '').requests[0], { url: urls[0], full_page: true });
});

test('an abort ends the following, with its reason', async () => {
  await using twin = await openBatches({ fate: () => 'pending' });
  const batch = await twin.shotwire.batch(urls, {}, { signal: AbortSignal.timeout(400) });
  await assert.rejects(batch.summary(), { name: 'TimeoutError' });
});

test('what the server refuses, and what is no batch, is thrown', async () => {
  await using server = await openServer(no(402, 'QUOTA_EXCEEDED'), { json: { data: [] } });
  await assert.rejects(server.shotwire.batch(urls), { code: 'QUOTA_EXCEEDED' });
  await assert.rejects(server.shotwire.batch(urls), { code: 'UNEXPECTED_ANSWER' });
});
