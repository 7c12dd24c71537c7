import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openArchive } from './open-archive.ts';

const folder = await mkdtemp(join(tmpdir(), 'test-archive-'));
after(() => rm(folder, { recursive: true, force: true }));
const archive = openArchive({ url: pathToFileURL(folder), log: { warn() {} } });
const signal = AbortSignal.timeout(60_000);

test('readers see the old object or the new one, never a part', async () => {
  await archive.ready();
  const bodies = [Buffer.alloc(2_000_000, 'a'), Buffer.alloc(1_000_000, 'b')] as const;
  await archive.put({ key: 'one.png', body: bodies[0], mimeType: 'image/png', signal });
  const writing = (async () => {
    for (let written = 0; written < 10; written++) {
      await archive.put({ key: 'one.png', body: bodies[written % 2 === 0 ? 1 : 0], mimeType: 'image/png', signal });
    }
  })();
  for (let read = 0; read < 20; read++) {
    const found = await archive.get({ key: 'one.png', signal });
    assert.ok(found);
    const body = Buffer.concat(await found.body.toArray());
    assert.equal(body.length, found.size);
    assert.ok(bodies.some((whole) => whole.equals(body)));
  }
  await writing;
});

test('an aborted put leaves nothing behind', async () => {
  await archive.ready();
  const aborting = new AbortController();
  const put = archive.put({ key: 'two.png', body: Buffer.alloc(50_000_000), mimeType: 'image/png', signal: aborting.signal });
  setImmediate(() => aborting.abort());
  await assert.rejects(put, { kind: 'storage_failed' });
  while ((await readdir(join(folder, '.incoming'))).length > 0) await new Promise(setImmediate);
  assert.equal(await archive.get({ key: 'two.png', signal }), undefined);
});

test('what a process left half written when it died is removed after an hour, and never listed', async () => {
  await archive.ready();
  const hourAgo = Date.now() / 1000 - 3700;
  await writeFile(join(folder, '.incoming', 'abandoned'), 'half');
  await utimes(join(folder, '.incoming', 'abandoned'), hourAgo, hourAgo);
  await writeFile(join(folder, '.incoming', 'in-work'), 'half');
  await archive.ready();
  assert.deepEqual(await readdir(join(folder, '.incoming')), ['in-work']);
  for await (const key of archive.list({ prefix: '' })) assert.doesNotMatch(key, /incoming/);
});
