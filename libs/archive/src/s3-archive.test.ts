import assert from 'node:assert/strict';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { startFaultProxy, startReceiver } from '@shotwire/testing';
import { openArchive } from './open-archive.ts';
import { startS3rver } from './testing/start-stores.ts';

const soon = () => AbortSignal.timeout(10_000);
const image = { key: 'a.png', body: Buffer.from('picture'), mimeType: 'image/png' };
const isStorageFailure = (thrown: unknown) => thrown instanceof Failure && thrown.kind === 'storage_failed';

function startLog() {
  const warnings: object[] = [];
  return { warnings, warn: (detail: object) => void warnings.push(detail) };
}

async function startBehindProxy() {
  const store = await startS3rver();
  const proxy = await startFaultProxy({ target: { port: Number(store.url.port) } });
  const url = new URL(store.url);
  url.port = String(proxy.port);
  const log = startLog();
  const archive = openArchive({ url, log });
  await archive.ready();
  return {
    archive,
    proxy,
    log,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** A store that answers as told, and an archive that asks it. */
async function startScripted(script: Parameters<typeof startReceiver>[0]) {
  const receiver = await startReceiver(script);
  const log = startLog();
  const archive = openArchive({ url: new URL(`http://key:secret@127.0.0.1:${receiver.port}/images?region=eu-west-1`), log });
  return { receiver, log, archive, [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose]() };
}

test('a network that swallows everything ends at the deadline', async () => {
  await using parts = await startBehindProxy();
  parts.proxy.pause();
  const started = performance.now();
  const signal = AbortSignal.timeout(200);
  await Promise.all([
    assert.rejects(parts.archive.put({ ...image, signal }), isStorageFailure),
    assert.rejects(parts.archive.get({ key: 'a.png', signal }), isStorageFailure),
    assert.rejects(Array.fromAsync(parts.archive.list({ prefix: '', signal })), isStorageFailure),
  ]);
  assert.ok(performance.now() - started < 2000);
});

test('a connection that breaks is no reason to fail a put', async () => {
  await using parts = await startBehindProxy();
  parts.proxy.pause();
  const put = parts.archive.put({ ...image, signal: soon() });
  while (parts.log.warnings.length === 0) {
    parts.proxy.cut();
    await new Promise(setImmediate);
  }
  parts.proxy.resume();
  await put;
  const found = await parts.archive.get({ key: 'a.png', signal: soon() });
  assert.ok(found);
  assert.equal((await buffer(found.body)).toString(), 'picture');
});

test('a body whose connection breaks fails, and is not taken for complete', async () => {
  await using parts = await startBehindProxy();
  await parts.archive.put({ ...image, body: Buffer.alloc(8 * 1024 * 1024), signal: soon() });
  const found = await parts.archive.get({ key: 'a.png', signal: soon() });
  assert.ok(found);
  await once(found.body, 'readable');
  parts.proxy.cut();
  await assert.rejects(buffer(found.body), isStorageFailure);
});

test('a store that is busy is asked twice more', async () => {
  await using parts = await startScripted({ script: [503, 500, 200] });
  await parts.archive.put({ ...image, signal: soon() });
  assert.equal(parts.receiver.requests.length, 3);
  assert.equal(parts.log.warnings.length, 2);
  parts.receiver.respondWith(503);
  await assert.rejects(parts.archive.put({ ...image, signal: soon() }), isStorageFailure);
  assert.equal(parts.receiver.requests.length, 6);
});

test('tries share one connection', async () => {
  await using parts = await startScripted({ script: [() => ({ status: 503, body: 'busy' })] });
  await using proxy = await startFaultProxy({ target: parts.receiver });
  const archive = openArchive({ url: new URL(`http://key:secret@${proxy.url}/images`), log: startLog() });
  await assert.rejects(archive.put({ ...image, signal: soon() }), isStorageFailure);
  assert.equal(parts.receiver.requests.length, 3);
  assert.equal(proxy.connections, 1);
});

test('what the store refuses is not asked again', async () => {
  await using parts = await startScripted({ script: [403] });
  await assert.rejects(parts.archive.put({ ...image, signal: soon() }), isStorageFailure);
  assert.equal(parts.receiver.requests.length, 1);
});

test('a put is one request, with its region and type, and nothing is asked before it', async () => {
  await using parts = await startScripted({});
  await parts.archive.put({ ...image, body: Buffer.alloc(80 * 1024 * 1024), signal: soon() });
  assert.deepEqual(
    parts.receiver.requests.map(({ method, path }) => `${method} ${path}`),
    ['PUT /images/a.png'],
  );
  assert.equal(parts.receiver.requests[0]?.headers['content-type'], 'image/png');
  assert.match(parts.receiver.requests[0]?.headers.authorization ?? '', /\/eu-west-1\/s3\/aws4_request/);
});

test('a missing bucket is trouble, not a missing image', async () => {
  await using store = await startS3rver();
  const archive = openArchive({ url: store.url, log: startLog() });
  await assert.rejects(archive.get({ key: 'a.png', signal: soon() }), isStorageFailure);
});
