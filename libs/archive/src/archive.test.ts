import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import type { Archive } from './archive.ts';
import { openArchive } from './open-archive.ts';
import { stores, type TestStore } from './testing/start-stores.ts';

const log = { warn() {} };
const soon = () => AbortSignal.timeout(10_000);
const isStorageFailure = (thrown: unknown) => thrown instanceof Failure && thrown.kind === 'storage_failed' && thrown.cause !== undefined;

/** What is promised about every archive, whatever is behind it. */
for (const [name, startStore] of Object.entries(stores)) {
  const store = await startStore();
  describe(`an archive in ${name}`, { skip: store ? false : `${name} is not on this machine` }, () => sentences(store as TestStore));
}

function sentences(store: TestStore) {
  let archive: Archive;
  before(async () => {
    archive = openArchive({ url: store.url, log });
    await archive.ready();
  });
  after(() => store[Symbol.asyncDispose]());

  const put = (key: string, body: string | Buffer) =>
    archive.put({ key, body: Buffer.from(body), mimeType: key.endsWith('.png') ? 'image/png' : 'image/webp', signal: soon() });
  const get = async (key: string) => {
    const found = await archive.get({ key, signal: soon() });
    return found && { ...found, body: await buffer(found.body) };
  };
  const list = async (prefix: string) => (await Array.fromAsync(archive.list({ prefix, signal: soon() }))).sort();

  test('what was put is got, with its size and type', async () => {
    await put('a/one.png', 'picture');
    assert.deepEqual(await get('a/one.png'), { body: Buffer.from('picture'), size: 7, mimeType: 'image/png' });
  });

  test('an empty object is an object', async () => {
    await put('empty.webp', '');
    assert.deepEqual(await get('empty.webp'), { body: Buffer.alloc(0), size: 0, mimeType: 'image/webp' });
  });

  test('a second put replaces the first', async () => {
    await put('again.png', 'a long first one');
    await put('again.png', 'second');
    assert.equal((await get('again.png'))?.body.toString(), 'second');
  });

  test('what was never put is undefined, and so is the beginning of a key', async () => {
    await put('deep/er/one.png', 'picture');
    assert.equal(await get('missing.png'), undefined);
    assert.equal(await get('deep/er'), undefined);
    assert.equal(await get('a/b/c/missing.png'), undefined);
  });

  test('what was deleted is gone, and may be deleted again', async () => {
    await put('gone.png', 'picture');
    await archive.delete({ key: 'gone.png', signal: soon() });
    assert.equal(await get('gone.png'), undefined);
    await archive.delete({ key: 'gone.png', signal: soon() });
    await archive.delete({ key: 'never/was.png', signal: soon() });
  });

  test('keys are listed by what they begin with', async () => {
    for (const key of ['l/b/2.png', 'l/b/1.png', 'l/b-c.png', 'l/a.png', 'l2.png']) await put(key, 'x');
    assert.deepEqual(await list('l/'), ['l/a.png', 'l/b-c.png', 'l/b/1.png', 'l/b/2.png']);
    assert.deepEqual(await list('l/b'), ['l/b-c.png', 'l/b/1.png', 'l/b/2.png']);
    assert.deepEqual(await list('l'), ['l/a.png', 'l/b-c.png', 'l/b/1.png', 'l/b/2.png', 'l2.png']);
    assert.deepEqual(await list('none/'), []);
    assert.ok((await list('')).includes('l2.png'));
  });

  test('eight mebibytes come back as they went', async () => {
    const body = randomBytes(8 * 1024 * 1024);
    await put('large.png', body);
    const found = await get('large.png');
    assert.equal(found?.size, body.length);
    assert.ok(found?.body.equals(body));
  });

  test('of two writers of one key, one wins whole', { skip: store.oneWriterOnly ?? false }, async () => {
    const bodies = [Buffer.alloc(300_000, 'a'), Buffer.alloc(200_000, 'b')];
    await Promise.all(bodies.map((body) => put('race.png', body)));
    const found = await get('race.png');
    assert.ok(bodies.some((body) => found?.body.equals(body)));
  });

  test('the archive may be made ready again, also by many at once', async () => {
    const again = openArchive({ url: store.url, log });
    await Promise.all([again.ready(), again.ready(), archive.ready()]);
  });

  test('where there is no store, everything is storage_failed, before the deadline', async () => {
    const nowhere = openArchive({ url: store.nowhere, log });
    const signal = soon();
    await assert.rejects(nowhere.ready(), isStorageFailure);
    await assert.rejects(nowhere.put({ key: 'a.png', body: Buffer.from('x'), mimeType: 'image/png', signal }), isStorageFailure);
    await assert.rejects(Array.fromAsync(nowhere.list({ prefix: '', signal })), isStorageFailure);
    assert.equal(signal.aborted, false);
  });

  test('a call whose signal is over fails and does nothing', async () => {
    const signal = AbortSignal.abort();
    await assert.rejects(archive.put({ key: 'late.png', body: Buffer.from('x'), mimeType: 'image/png', signal }), isStorageFailure);
    await assert.rejects(archive.get({ key: 'a/one.png', signal }), isStorageFailure);
    await assert.rejects(archive.delete({ key: 'a/one.png', signal }), isStorageFailure);
    assert.equal(await get('late.png'), undefined);
  });

  test('a signal that gives a Failure as its reason is answered with it', async () => {
    const signal = AbortSignal.abort(new Failure('timeout'));
    await assert.rejects(archive.get({ key: 'a/one.png', signal }), { kind: 'timeout' });
  });

  test('an abort in the middle of a body ends it', async () => {
    await put('long.png', randomBytes(8 * 1024 * 1024));
    const aborting = new AbortController();
    const found = await archive.get({ key: 'long.png', signal: aborting.signal });
    assert.ok(found);
    await assert.rejects(async () => {
      for await (const _ of found.body) aborting.abort();
    }, isStorageFailure);
    assert.equal(found.body.destroyed, true);
  });

  test('a body that nobody reads ends with its signal and harms nobody', async () => {
    for (const size of [10, 1024 * 1024]) {
      await put('unread.png', randomBytes(size));
      const aborting = new AbortController();
      const found = await archive.get({ key: 'unread.png', signal: aborting.signal });
      assert.ok(found);
      await once(found.body, 'readable');
      aborting.abort();
      await new Promise(setImmediate);
      assert.equal(found.body.destroyed, true);
    }
  });

  test('what is not a key is refused', async () => {
    const bad = ['', '/a.png', 'a/../b.png', '../a.png', 'a//b.png', 'a/', '.a.png', 'a/.b.png', 'ä.png', 'a b.png', 'a\\b.png', 'a\0.png'];
    for (const key of [...bad, `${'a'.repeat(500)}.png`]) {
      await assert.rejects(archive.get({ key, signal: soon() }), TypeError, key);
      await assert.rejects(archive.delete({ key, signal: soon() }), TypeError, key);
      await assert.rejects(archive.put({ key, body: Buffer.from('x'), mimeType: 'image/png', signal: soon() }), TypeError, key);
    }
    for (const prefix of ['../', '/', 'a/../', '.incoming/']) await assert.rejects(list(prefix), TypeError, prefix);
  });

  test('a key whose extension says something else than the type is refused', async () => {
    await assert.rejects(archive.put({ key: 'a.png', body: Buffer.from('x'), mimeType: 'image/webp', signal: soon() }), TypeError);
  });
}
