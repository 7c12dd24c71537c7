import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { CannotStart } from './cannot-start.ts';
import { type ChildPlan, type Kept, keepRunning } from './keep-running.ts';
import { serviceLines } from './log-file.ts';
import { identify } from './process-table.ts';
import { openState } from './state.ts';

const folder = await mkdtemp(join(tmpdir(), 'local-keep-'));
const state = await openState(join(folder, 'home'));
after(async () => {
  await state[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const said: string[] = [];

/** Keeps a script that says it is ready by writing its process id into a file. */
async function keep(name: string, script: string, { patienceMs = 5_000, force = new AbortController().signal } = {}): Promise<Kept> {
  const file = join(folder, `${name}.cjs`);
  const readyFile = join(folder, `${name}.ready`);
  await writeFile(
    file,
    `const ready = () => require('node:fs').writeFileSync(${JSON.stringify(readyFile)}, String(process.pid));\n${script}`,
  );
  const plan: ChildPlan = {
    name,
    spawn: () => spawn(process.execPath, [file], { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    isReady: async (pid) => existsSync(readyFile) && readFileSync(readyFile, 'utf8') === String(pid),
    readLine: serviceLines(name),
    endSignal: 'SIGTERM',
    patienceMs,
  };
  return keepRunning({ plan, state, log: (line) => said.push(line), signal: new AbortController().signal, force });
}

const isGone = (pid: number) => identify(pid) === undefined;

test('a child that is killed is started again, and its end is told', async () => {
  await using kept = await keep('killed', 'ready(); setInterval(() => {}, 1000);');
  const first = kept.pid;
  kept.kill('SIGKILL');
  await eventually(() => kept.pid !== first && identify(kept.pid) !== undefined);
  assert.ok(said.some((line) => /^killed: was ended by SIGKILL; it is started again in 250 ms/.test(line)));
});

test('a child leaves on its signal, and is not started again', async () => {
  const kept = await keep('leaving', "ready(); process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);");
  await kept[Symbol.asyncDispose]();
  assert.ok(isGone(kept.pid));
});

test('a child that waits for the end of its channel leaves too', { timeout: 10_000 }, async () => {
  const kept = await keep('channel', "ready(); process.on('SIGTERM', () => {}); process.on('disconnect', () => {});", {
    patienceMs: 30_000,
  });
  await kept[Symbol.asyncDispose]();
  assert.ok(isGone(kept.pid));
});

test('a child that does not leave is killed when the patience is over, or at once by force', async () => {
  const deaf = "ready(); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
  const patient = await keep('deaf', deaf, { patienceMs: 200 });
  await patient[Symbol.asyncDispose]();
  assert.ok(isGone(patient.pid));

  const force = new AbortController();
  const forced = await keep('forced', deaf, { patienceMs: 60_000, force: force.signal });
  const closing = forced[Symbol.asyncDispose]();
  force.abort();
  await closing;
  assert.ok(isGone(forced.pid));
});

test('a child that cannot start is given up after three tries, with its last words', async () => {
  await assert.rejects(
    keep('broken', "console.log(JSON.stringify({ level: 'fatal', msg: 'DATABASE_URL is not set' })); process.exit(1);"),
    (thrown) =>
      thrown instanceof CannotStart &&
      /broken does not become ready.*broken\.log/.test(thrown.message) &&
      /DATABASE_URL is not set/.test(thrown.message),
  );
});

test('all that a child says is kept as JSON lines, and of a steady one warnings and errors are told', async () => {
  const lines = [
    { level: 'info', msg: 'hush' },
    { level: 'warn', msg: 'careful', err: { message: 'why' } },
  ];
  const script = `ready(); setTimeout(() => { for (const line of ${JSON.stringify(lines)}) console.log(JSON.stringify(line)); console.error('plain'); }, 300); setInterval(() => {}, 1000);`;
  await using _kept = await keep('talking', script);
  await eventually(() => said.includes('talking: careful: why') && said.includes('talking: plain'));
  assert.ok(!said.some((line) => line.includes('hush')));
  const written = readFileSync(state.path('logs', 'talking.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  assert.deepEqual(written.toSorted(), ['careful', 'hush', 'plain']);
});
