import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { eventually, startTestNats } from '@shotwire/testing';
import { serve } from './gateway.fixture.ts';
import { twinDesk, twinIntake } from './twins.fixture.ts';

const main = join(import.meta.dirname, 'main.ts');

/** The gateway as a process of its own, with everything real but the services behind it. */
async function startGateway() {
  await using house = new AsyncDisposableStack();
  const database = house.use(await createTestDatabase({ template: 'empty', prepare: async () => {} }));
  const nats = house.use(await startTestNats());
  const capture = house.use(await serve(twinIntake().bound));
  const notifier = house.use(await serve(twinDesk().bound));
  const folder = await mkdtemp(join(tmpdir(), 'test-gateway-'));
  house.defer(() => rm(folder, { recursive: true, force: true }));
  const child = fork(main, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: {
      DATABASE_URL: database.url,
      ARCHIVE_URL: pathToFileURL(folder).href,
      CAPTURE_ADDRESS: capture.address,
      NOTIFIER_ADDRESS: notifier.address,
      NATS_URL: nats.url,
      SHOTWIRE_API_KEY: 'key',
      LINKS_KEY: 'a key of this test',
      PORT: '0',
      METRICS_PORT: '0',
    },
  });
  const ended = once(child, 'exit');
  house.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let said = '';
  child.stdout?.on('data', (chunk) => (said += chunk));
  child.stderr?.on('data', (chunk) => (said += chunk));
  const { http, metrics } = await eventually(() => {
    assert.equal(child.exitCode, null, said);
    return JSON.parse(said.split('\n').find((line) => line.includes('gateway is open')) ?? '');
  });
  const watched = (path: string) => fetch(`http://${metrics}${path}`);
  assert.equal((await watched('/readyz')).status, 200);
  const rooms = house.move();
  return {
    child,
    capture,
    watched,
    said: () => said,
    ask: (path: string, init: RequestInit = {}) =>
      fetch(`http://${http}/api/v1${path}`, {
        ...init,
        headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
      }),
    [Symbol.asyncDispose]: () => rooms.disposeAsync(),
  };
}

/** The exit code, and how long it took to come. */
async function exitOf(child: ChildProcess, end: () => void): Promise<{ code: number | null; ms: number }> {
  const startedMs = performance.now();
  const ended = once(child, 'exit');
  end();
  const [code] = await ended;
  return { code, ms: performance.now() - startedMs };
}

test('the process serves a thousand requests without a complaint, and leaves when told', async () => {
  await using gateway = await startGateway();
  const body = JSON.stringify({ url: 'https://example.com' });
  for (let round = 0; round < 50; round++) {
    const posts = Array.from({ length: 10 }, () => gateway.ask('/screenshots', { method: 'POST', body }));
    for (const { status } of await Promise.all(posts)) assert.equal(status, 202);
    const reads = Array.from({ length: 10 }, () => gateway.ask('/screenshots?limit=10').then((answer) => answer.text()));
    for (const page of await Promise.all(reads)) assert.equal(JSON.parse(page).data.length, 10);
  }
  const { code, ms } = await exitOf(gateway.child, () => gateway.child.kill('SIGTERM'));
  assert.equal(code, 0, gateway.said());
  assert.ok(ms < 5_000, `${ms} ms`);
  assert.match(gateway.said(), /gateway is closing/);
  assert.doesNotMatch(gateway.said(), /"level":"(warn|error)"/);
});

test('the process leaves when its parent is gone', async () => {
  await using gateway = await startGateway();
  const { code, ms } = await exitOf(gateway.child, () => gateway.child.disconnect());
  assert.equal(code, 0, gateway.said());
  assert.ok(ms < 5_000, `${ms} ms`);
});

test('it is not ready while capture is gone', async () => {
  await using gateway = await startGateway();
  await gateway.capture[Symbol.asyncDispose]();
  assert.equal((await gateway.watched('/readyz')).status, 503);
  assert.equal((await gateway.watched('/healthz')).status, 200);
});

test('without its settings it says all that are missing, and ends', async () => {
  const child = fork(main, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [], env: { PORT: 'x' } });
  const said = text(child.stderr as NodeJS.ReadableStream);
  const [code] = await once(child, 'exit');
  assert.notEqual(code, 0);
  for (const name of ['DATABASE_URL', 'ARCHIVE_URL', 'SHOTWIRE_API_KEY', 'LINKS_KEY', 'PORT is "x"'])
    assert.ok((await said).includes(name), name);
});
