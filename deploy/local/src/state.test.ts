import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { identify, isRunning } from './process-table.ts';
import { openState } from './state.ts';

const folder = await mkdtemp(join(tmpdir(), 'local-state-'));
after(() => rm(folder, { recursive: true, force: true }));

test('secrets are made once, kept, and readable by their owner alone', async () => {
  const home = join(folder, 'secrets');
  const first = await openState(home);
  await first[Symbol.asyncDispose]();
  await using second = await openState(home);
  assert.match(first.secrets.apiKey, /^sk_[\w-]{32}$/);
  assert.match(first.secrets.linksKey, /^[\w-]{32}$/);
  assert.match(first.secrets.secretsKey, /^1:[\w+/]{43}=$/);
  assert.deepEqual(second.secrets, first.secrets);
  assert.equal(statSync(join(home, 'secrets.json')).mode & 0o777, 0o600);
});

test('a home folder of an earlier version keeps its secrets, and the ones it lacks are made', async () => {
  const home = join(folder, 'earlier');
  mkdirSync(home);
  const kept = { apiKey: 'sk_kept', postgresPassword: 'kept', natsToken: 'kept' };
  writeFileSync(join(home, 'secrets.json'), JSON.stringify(kept));
  const { secrets, [Symbol.asyncDispose]: close } = await openState(home);
  await close();
  await using again = await openState(home);
  assert.deepEqual(secrets, { ...secrets, ...kept });
  assert.ok(secrets.linksKey && secrets.secretsKey);
  assert.deepEqual(again.secrets, secrets);
});

test('a home folder in use is refused, and left as it is', async () => {
  const home = join(folder, 'used');
  await using state = await openState(home);
  writeFileSync(state.path('tmp', 'kept'), '');
  await assert.rejects(openState(home), /already runs on this state/);
  assert.ok(existsSync(state.path('tmp', 'kept')));
});

test('children that a killed process left are ended at the next start; others with the same number are not', async () => {
  const home = join(folder, 'orphans');
  const idle = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const [orphan, stranger] = [idle(), idle()];
  await Promise.all([once(orphan, 'spawn'), once(stranger, 'spawn')]);
  mkdirSync(home);
  const record = { capture: identify(orphan.pid as number), gateway: { pid: stranger.pid, startedAt: '1' } };
  writeFileSync(join(home, 'children.json'), JSON.stringify(record));
  const [[, endedBy]] = await Promise.all([once(orphan, 'exit'), openState(home).then((state) => state[Symbol.asyncDispose]())]);
  assert.equal(endedBy, 'SIGTERM');
  assert.ok(isRunning({ pid: stranger.pid as number, startedAt: identify(stranger.pid as number)?.startedAt }));
  stranger.kill('SIGKILL');
  await once(stranger, 'exit');
});

test('nothing temporary, no record and no lock is left when a stack has closed', async () => {
  const home = join(folder, 'closed');
  const state = await openState(home);
  mkdirSync(state.path('tmp', 'profile'));
  state.remember('capture', process.pid);
  state.forget('capture');
  await state[Symbol.asyncDispose]();
  for (const name of ['tmp', 'lock', 'children.json']) assert.equal(existsSync(join(home, name)), false, name);
});
