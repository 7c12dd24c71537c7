import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, createMetrics, openObservatory } from './index.ts';

const log = createLogger({ service: 'test', level: 'silent' });

async function observatory(ready: (signal: AbortSignal) => Promise<boolean> | boolean = () => true) {
  const metrics = createMetrics('test');
  const open = await openObservatory({ host: '127.0.0.1', port: 0, metrics, ready, log });
  const get = async (path: string) => {
    const response = await fetch(`http://${open.address}${path}`, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };
  return { metrics, get, [Symbol.asyncDispose]: () => open[Symbol.asyncDispose]() };
}

test('metrics of the process and of its parts are shown', async () => {
  await using house = await observatory();
  house.metrics.counter('shots_total', 'Shots.', ['outcome']).inc({ outcome: 'completed' }, 3);
  house.metrics.histogram('shot_seconds', 'How long.', [], [1, 2]).observe(1.5);
  let waiting = 7;
  house.metrics.gauge('waiting', 'How many wait.', [], (gauge) => gauge.set(waiting++));
  const { status, type, text } = await house.get('/metrics');
  assert.equal(status, 200);
  assert.match(type ?? '', /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^shots_total\{outcome="completed",service="test"\} 3$/m);
  assert.match(text, /^shot_seconds_bucket\{le="2",service="test"\} 1$/m);
  assert.match(text, /^waiting\{service="test"\} 7$/m);
  assert.match(text, /^process_resident_memory_bytes\{service="test"\} \d+/m);
  assert.match((await house.get('/metrics')).text, /^waiting\{service="test"\} 8$/m);
});

test('a gauge whose look-up fails or hangs is absent until it works again, and the others are shown', async () => {
  await using house = await observatory();
  let broken = false;
  const collect = () => (broken ? Promise.reject(new Error('down')) : undefined);
  const hang = () => (broken ? new Promise<void>(() => {}) : undefined);
  house.metrics.gauge('plain', 'Fails.', [], (gauge) => collect() ?? gauge.set(1));
  house.metrics.gauge('labelled', 'Fails.', ['lane'], (gauge) => collect() ?? gauge.set({ lane: 'a' }, 1));
  house.metrics.gauge('hanging', 'Hangs.', [], (gauge) => hang() ?? gauge.set(1));
  assert.match((await house.get('/metrics')).text, /^labelled\{.*\} 1$/m);
  broken = true;
  const { status, text } = await house.get('/metrics');
  assert.equal(status, 200);
  assert.match(text, /^process_resident_memory_bytes/m);
  assert.doesNotMatch(text, /^(plain|labelled|hanging)[ {]/m);
  broken = false;
  const mended = (await house.get('/metrics')).text;
  for (const metric of ['plain', 'labelled', 'hanging']) {
    assert.match(mended, new RegExp(`^${metric}\\{.*\\} 1$`, 'm'));
    assert.match(mended, new RegExp(`^metrics_collect_failures_total\\{metric="${metric}",service="test"\\} 1$`, 'm'));
  }
});

test('a living process is healthy even when it is not ready', async () => {
  await using house = await observatory(() => false);
  assert.equal((await house.get('/healthz')).status, 200);
});

test('readiness follows the probe', async () => {
  let ready = false;
  await using house = await observatory(() => ready);
  assert.equal((await house.get('/readyz')).status, 503);
  ready = true;
  assert.equal((await house.get('/readyz')).status, 200);
});

test('a probe that throws means not ready, and says nothing of why', async () => {
  await using house = await observatory(() => {
    throw new Error('postgres at 10.0.0.5 is down');
  });
  assert.deepEqual(await house.get('/readyz').then(({ status, text }) => ({ status, text })), { status: 503, text: 'not ready\n' });
});

test('a probe that hangs means not ready after its deadline, and its signal aborts', async () => {
  let given: AbortSignal | undefined;
  await using house = await observatory((signal) => {
    given = signal;
    return new Promise<boolean>(() => {});
  });
  assert.equal((await house.get('/readyz')).status, 503);
  assert.equal(given?.aborted, true);
});

test('anything else is not there', async () => {
  await using house = await observatory();
  assert.equal((await house.get('/')).status, 404);
});

test('a port that is taken is an error', async () => {
  const parts = { host: '127.0.0.1', metrics: createMetrics('test'), ready: () => true, log };
  await using first = await openObservatory({ ...parts, port: 0 });
  await assert.rejects(openObservatory({ ...parts, port: first.port }), { code: 'EADDRINUSE' });
});
