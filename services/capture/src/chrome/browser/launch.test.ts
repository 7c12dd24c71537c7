import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { launch } from './launch.ts';
import { type Part, partsOf } from './processes.fixture.ts';

const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
const parts = { path, denyAllProxy: 'http://127.0.0.1:1', sandbox: process.getuid?.() !== 0 };
const profiles = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`shotwire-chrome-${process.pid}-`));

test('a Chrome that starts and says nothing is given up in time, and leaves nothing behind', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'mute-chrome-'));
  t.after(() => rm(folder, { recursive: true }));
  const mute = join(folder, 'chrome');
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo Chromium 156.0.1.2; else echo $$ > ${folder}/pid; exec sleep 60; fi\n`;
  await writeFile(mute, script, { mode: 0o755 });
  const began = performance.now();
  await assert.rejects(launch({ ...parts, path: mute, startMs: 3_000 }));
  assert.ok(performance.now() - began < 10_000);
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await eventually(async () => assert.deepEqual(await partsOf(pid), []));
  assert.deepEqual(await profiles(), []);
});

test('a start that is no longer wanted ends at once, however far it has come, and leaves nothing behind', async () => {
  const reason = new Error('no longer wanted');
  await assert.rejects(launch({ ...parts, signal: AbortSignal.abort(reason) }));
  for (let afterMs = 0; ; afterMs += 25) {
    const unwanted = new AbortController();
    const toldAt = new Promise<number>((resolve) => {
      setTimeout(() => {
        unwanted.abort(reason);
        resolve(performance.now());
      }, afterMs);
    });
    const started = await launch({ ...parts, signal: unwanted.signal }).catch(() => undefined);
    if (!started) assert.ok(performance.now() - (await toldAt) < 5_000, `${afterMs} ms`);
    await started?.[Symbol.asyncDispose]();
    await eventually(async () => assert.deepEqual(await profiles(), []));
    if (started) break;
  }
});

test('a Chrome lives longer than its start may take', async () => {
  const startMs = 5_000;
  await using chrome = await launch({ ...parts, startMs });
  const exited = once(chrome.browser.process() ?? assert.fail(), 'exit', { signal: AbortSignal.timeout(startMs + 1_000) });
  await assert.rejects(exited, { name: 'AbortError' });
});

test('a Chrome closes whichever of its processes was stopped, with all of them and its profile', async () => {
  for (const stopped of ['main', 'renderer', 'gpu-process', 'network', 'zygote'] satisfies Part[]) {
    const chrome = await launch(parts);
    const victims = (await partsOf(chrome.pid)).filter(({ part }) => part === stopped);
    assert.ok(victims.length > 0, `there is a ${stopped}`);
    for (const { pid } of victims) process.kill(pid, 'SIGSTOP');
    const began = performance.now();
    await chrome[Symbol.asyncDispose]();
    assert.ok(performance.now() - began < 10_000, stopped);
    await eventually(async () => assert.deepEqual(await partsOf(chrome.pid), [], stopped));
    assert.deepEqual(await profiles(), [], stopped);
  }
});

test('a Chrome is whole until one of the processes that it began with dies, and answers until one hangs', async () => {
  for (const part of ['gpu-process', 'network', 'zygote'] satisfies Part[]) {
    await using chrome = await launch(parts);
    assert.equal(await chrome.health.whole(), true, part);
    const victim = (await partsOf(chrome.pid)).find((one) => one.part === part);
    assert.ok(victim, `there is a ${part}`);
    process.kill(victim.pid, 'SIGKILL');
    await eventually(async () => !(await chrome.health.whole()));
  }
  await using chrome = await launch(parts);
  for (const { pid } of (await partsOf(chrome.pid)).filter(({ part }) => part === 'renderer')) process.kill(pid, 'SIGKILL');
  assert.deepEqual([await chrome.health.whole(), await chrome.health.answers()], [true, true]);
});
