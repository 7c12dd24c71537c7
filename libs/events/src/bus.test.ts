import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, startFaultProxy, startProgram, startTestNats } from '@shotwire/testing';
import { openBus } from './bus.ts';
import { createTestLog } from './events.fixture.ts';

const forever = new AbortController().signal;

function openTestBus(url: string) {
  const log = createTestLog();
  return Object.assign(openBus({ url, name: 'test', log }), { log });
}

/** Counts the wakes of a room. */
function countWakes(bus: ReturnType<typeof openTestBus>, room = 'studio') {
  const wakes = { count: 0 };
  bus.onWake(room, () => {
    wakes.count++;
  });
  return wakes;
}

/** A nats-server that asks for a token, which can be changed while it runs. */
async function startGuardedNats(token: string) {
  await using opening = new AsyncDisposableStack();
  const folder = opening.adopt(await mkdtemp(join(tmpdir(), 'test-nats-')), (path) => rm(path, { recursive: true, force: true }));
  const file = join(folder, 'nats.conf');
  const write = (text: string) =>
    writeFile(file, `listen: "127.0.0.1:-1"\nports_file_dir: "${folder}"\nauthorization { token: "${text}" }\n`);
  await write(token);
  const program = await startProgram({ candidates: ['nats-server', '/usr/sbin/nats-server'], args: ['-c', file] });
  assert.ok(program);
  opening.defer(() => program.stop('SIGKILL'));
  const ports = await eventually(() => readFile(join(folder, `nats-server_${program.pid}.ports`), 'utf8'));
  const { port } = new URL(JSON.parse(ports).nats[0]);
  // A port of its own choice is none that a reload could keep.
  const keepPort = (text: string) => text.replace('-1', port);
  const house = opening.move();
  return {
    urlWith: (text: string) => `nats://${encodeURIComponent(text)}@127.0.0.1:${port}`,
    async change(text: string) {
      await write(text);
      await writeFile(file, keepPort(await readFile(file, 'utf8')));
      process.kill(program.pid, 'SIGHUP');
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

test('a wake reaches every replica that waits in that room, its own included, and no other room', async () => {
  await using nats = await startTestNats();
  await using one = openTestBus(nats.url);
  await using other = openTestBus(nats.url);
  const [mine, theirs, elsewhere] = [countWakes(one), countWakes(other), countWakes(other, 'courier')];
  for (const bus of [one, other]) await (await bus.connection(forever)).flush();
  const before = [mine.count, theirs.count, elsewhere.count];
  one.wake('studio');
  await eventually(() => mine.count > (before[0] ?? 0) && theirs.count > (before[1] ?? 0));
  assert.equal(elsewhere.count, before[2]);
});

test('who begins to wait once the bus is open is woken too', async () => {
  await using nats = await startTestNats();
  await using bus = openTestBus(nats.url);
  await bus.connection(forever);
  const wakes = countWakes(bus);
  await eventually(() => {
    bus.wake('studio');
    return wakes.count > 0;
  });
});

test('the first connection and every return of NATS count as a wake; wakes in between are lost without harm', async () => {
  await using nats = await startTestNats();
  await nats.kill();
  await using bus = openTestBus(nats.url);
  const wakes = countWakes(bus);
  bus.wake('studio');
  await eventually(() => bus.log.said.length > 0);
  assert.equal(wakes.count, 0);
  await nats.restart();
  await eventually(() => wakes.count === 1);
  await nats.kill();
  await eventually(() => bus.log.said.includes('nats connection changed'));
  bus.wake('studio');
  await nats.restart();
  await eventually(() => wakes.count > 1);
  const before = wakes.count;
  bus.wake('studio');
  await eventually(() => wakes.count > before);
});

test('a refused token is not the end: the bus is open once the token is right, and again after it was wrong', async () => {
  await using nats = await startGuardedNats('right / secret');
  await using bus = openTestBus(nats.urlWith('other'));
  const wakes = countWakes(bus);
  await eventually(() => bus.log.said.length > 0);
  await nats.change('other');
  await eventually(() => wakes.count === 1);
  await nats.change('third');
  await eventually(() => bus.log.said.filter((line) => line === 'nats connection changed').length >= 4);
  await nats.change('other');
  await eventually(() => wakes.count > 1);
});

test('a token with special characters is sent as it is', async () => {
  await using nats = await startGuardedNats('p@ss/w:rd %');
  await using bus = openTestBus(nats.urlWith('p@ss/w:rd %'));
  await bus.connection(AbortSignal.timeout(5_000));
});

test('waiting for a connection ends with the signal', async () => {
  await using nats = await startTestNats();
  await nats.kill();
  await using bus = openTestBus(nats.url);
  const closing = new AbortController();
  const waiting = bus.connection(closing.signal);
  closing.abort(new Error('closed'));
  await assert.rejects(waiting, /closed/);
  await assert.rejects(bus.connection(closing.signal), /closed/);
});

test('who waits for a connection is told when the bus is closed', async () => {
  await using nats = await startTestNats();
  await nats.kill();
  const bus = openTestBus(nats.url);
  const waiting = assert.rejects(bus.connection(forever), { name: 'AbortError' });
  await bus[Symbol.asyncDispose]();
  await waiting;
});

test('a bus that is closed tries no more', async () => {
  await using nats = await startTestNats();
  await nats.kill();
  await using mine = await startFaultProxy({ target: nats });
  await using others = await startFaultProxy({ target: nats });
  const closed = openTestBus(`nats://${mine.url}`);
  await using _other = openTestBus(`nats://${others.url}`);
  await eventually(() => mine.connections > 0);
  await closed[Symbol.asyncDispose]();
  const tries = [mine.connections, others.connections] as const;
  await eventually(() => others.connections >= tries[1] + 3);
  assert.equal(mine.connections, tries[0]);
});

test('a bus closes promptly while it connects to a NATS that says nothing', async () => {
  await using nats = await startTestNats();
  await using proxy = await startFaultProxy({ target: nats });
  proxy.pause();
  const bus = openTestBus(`nats://${proxy.url}`);
  await eventually(() => proxy.connections > 0);
  const began = performance.now();
  await bus[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 1_000);
});
