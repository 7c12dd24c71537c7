import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import type { ArchiveReader } from '@shotwire/archive';
import { startS3rver, stores, type TestStore } from '@shotwire/archive/testing';
import { Failure } from '@shotwire/failures';
import { eventually, startReceiver } from '@shotwire/testing';
import { makeAllDue } from '../apps.fixture.ts';
import { bucketAt, found, newsOf, openBucket, openUploads, picture } from './uploads.fixture.ts';

const soon = () => AbortSignal.timeout(10_000);

for (const name of ['s3rver', 'MinIO'])
  test(`an image goes into the bucket of its owner, under its key and with its type (${name})`, async (context) => {
    const store: TestStore | undefined = await stores[name]?.();
    if (!store) return context.skip(`${name} is not here`);
    await using _closing = store;
    const archive = await openBucket(store);
    await using house = await openUploads({ ...bucketAt(store.url), pathTemplate: 'shots/{domain}/{id}.{ext}' });
    const id = await house.upload();
    const { type, said } = await newsOf(house.receiver);
    const key = `shots/example.com/${id}.webp`;
    const about = { screenshot_id: id, url: 'https://example.com', app_id: house.bucket, object_key: key, attempts: 1 };
    assert.deepEqual([type, said], ['app.upload.finished', { status: 'finished', ...about, created_at: '2026-03-09T10:30:00.000000Z' }]);
    const stored = await archive.get({ key, signal: soon() });
    assert.ok(stored);
    assert.deepEqual([stored.mimeType, await buffer(stored.body)], ['image/webp', picture]);

    const other = await house.upload('other/{id}.{ext}');
    await eventually(async () => assert.ok(await archive.get({ key: `other/${other}.webp`, signal: soon() })));
  });

async function assertFails(values: object, expected: [status: number | null, error: string]) {
  await using house = await openUploads(values);
  await house.upload();
  const { state, outcome, status, error } = await house.untilTried(1);
  assert.deepEqual([state, outcome, status, error], ['pending', 'failed', ...expected]);
}

test('a wrong key is a failure of the upload, and is tried again (MinIO)', async (context) => {
  // s3rver takes any signature in a URL.
  const store = await stores.MinIO?.();
  if (!store) return context.skip('MinIO is not here');
  await using _closing = store;
  await openBucket(store);
  const right = bucketAt(store.url);
  for (const wrong of [{ secretKey: 'another' }, { accessKey: 'another' }]) await assertFails({ ...right, ...wrong }, [403, 'status']);
});

test('so are a bucket that is not there, a store that is down and a bucket that cannot be', async () => {
  await using store = await startS3rver();
  const right = bucketAt(store.url);
  await assertFails({ ...right, bucket: 'not-there' }, [404, 'status']);
  const { url: endpoint, ...down } = await startReceiver();
  await down[Symbol.asyncDispose]();
  await assertFails({ ...right, endpoint }, [null, 'connection_refused']);
  await assertFails({ ...right, bucket: 'two..dots' }, [null, 'invalid_url']);
});

test('an upload is given up at the end of its schedule, and whoever is told of the screenshot is told of that', async () => {
  await using store = await startS3rver();
  await using house = await openUploads({ ...bucketAt(store.url), bucket: 'not-there' });
  const id = await house.upload();
  for (let attempt = 1; attempt <= 10; attempt++) {
    await house.untilTried(attempt);
    await makeAllDue(house.postgres);
    house.courier.wake();
  }
  const { type, said } = await newsOf(house.receiver);
  const about = { screenshot_id: id, url: 'https://example.com', app_id: house.bucket, object_key: `example.com/${id}.webp`, attempts: 10 };
  const error = { code: 'status', http_status: 404 };
  assert.deepEqual([type, said], ['app.upload.failed', { status: 'failed', ...about, error, created_at: '2026-03-09T10:30:00.000000Z' }]);
});

test('an image that is gone is not waited for', async () => {
  await using store = await startS3rver();
  await using house = await openUploads(bucketAt(store.url), { get: () => Promise.resolve(undefined) });
  await house.upload();
  const { type, said } = await newsOf(house.receiver);
  assert.deepEqual([type, said.error], ['app.upload.failed', { code: 'image_gone', http_status: null }]);
  assert.equal(said.attempts, 1);
});

const broken = () => Promise.reject(new Failure('storage_failed'));
const torn = () =>
  found().then((image) => ({
    ...image,
    body: Readable.from(
      (async function* () {
        yield picture.subarray(0, 3);
        await broken();
      })(),
    ),
  }));

for (const [name, first] of [
  ['does not answer', broken],
  ['breaks off', torn],
] as const)
  test(`an archive of ours that ${name} costs the upload no attempt, and nothing of the image is lost`, async () => {
    await using store = await startS3rver();
    const theirs = await openBucket(store);
    let asked = 0;
    await using house = await openUploads(bucketAt(store.url), { get: () => (asked++ === 0 ? first() : found()) });
    const id = await house.upload();
    const attempt = await house.untilTried(1);
    assert.deepEqual([attempt.outcome, attempt.error], ['spared', 'archive_failed']);
    await makeAllDue(house.postgres);
    house.courier.wake();
    assert.equal((await newsOf(house.receiver)).type, 'app.upload.finished');
    const stored = await theirs.get({ key: `example.com/${id}.webp`, signal: soon() });
    assert.deepEqual(stored && (await buffer(stored.body)), picture);
  });

test('an upload whose image is still being read when the courier closes is handed back', async () => {
  const asked = Promise.withResolvers<void>();
  const hanging: ArchiveReader = {
    get: ({ signal }) => {
      asked.resolve();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  await using house = await openUploads({ endpoint: 'http://127.0.0.1:1024', bucket: 'shots', accessKey: 'a', secretKey: 'b' }, hanging);
  await house.upload();
  await asked.promise;
  await house.courier[Symbol.asyncDispose]();
  const { state, outcome } = await house.untilTried(1);
  assert.deepEqual([state, outcome], ['pending', 'lost']);
});
