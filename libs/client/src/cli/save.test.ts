import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { save } from './save.ts';

test('a file takes the place of the one before; what cannot be put in its place leaves nothing behind', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'client-save-'));
  try {
    await save(join(dir, 'a'), Buffer.from('first'));
    await save(join(dir, 'a'), Buffer.from('second'));
    assert.equal(await readFile(join(dir, 'a'), 'utf8'), 'second');
    await mkdir(join(dir, 'folder'));
    await assert.rejects(save(join(dir, 'folder'), Buffer.from('x')), { syscall: 'rename' });
    assert.deepEqual(await readdir(dir), ['a', 'folder']);
  } finally {
    await rm(dir, { recursive: true });
  }
});
