import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CannotStart } from './cannot-start.ts';
import { takeLock } from './lock.ts';
import { identify } from './process-table.ts';

const folder = await mkdtemp(join(tmpdir(), 'local-lock-'));
after(() => rm(folder, { recursive: true, force: true }));

test('a lock that a running process holds is refused with its number, and can be had when it is released', () => {
  const path = join(folder, 'held');
  using first = takeLock(path);
  assert.throws(
    () => takeLock(path),
    (thrown) => thrown instanceof CannotStart && thrown.message.includes(`process ${process.pid}`),
  );
  first[Symbol.dispose]();
  assert.equal(existsSync(path), false);
  takeLock(path)[Symbol.dispose]();
});

test('the lock of a process that was killed is taken over', async () => {
  const path = join(folder, 'killed');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(child, 'spawn');
  writeFileSync(path, JSON.stringify(identify(child.pid as number)));
  assert.throws(() => takeLock(path), CannotStart);
  child.kill('SIGKILL');
  await once(child, 'exit');
  using _lock = takeLock(path);
});

test('a lock whose number now belongs to another process is taken over', () => {
  const path = join(folder, 'reused');
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: '1' }));
  using _lock = takeLock(path);
});
