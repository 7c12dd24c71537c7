import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestMinio } from './start-test-minio.ts';

test('MinIO answers, and refuses who has no key', async (context) => {
  await using minio = await startTestMinio();
  if (!minio) return context.skip('there is no minio on PATH or in the bin folder of Go');
  const { origin } = new URL(minio.url);
  const answer = await fetch(origin, { signal: AbortSignal.timeout(5000) });
  assert.equal(answer.status, 403);
});
