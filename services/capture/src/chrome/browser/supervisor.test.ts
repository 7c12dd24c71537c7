import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from '@shotwire/telemetry';
import { eventually } from '@shotwire/testing';
import { log } from '../../capture.fixture.ts';
import { launch } from './launch.ts';
import { type Part, partsOf } from './processes.fixture.ts';
import { openSupervisor } from './supervisor.ts';

const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
const soon = () => AbortSignal.timeout(20_000);

async function open() {
  const metrics = createMetrics('capture');
  const supervisor = await openSupervisor({
    browsers: 1,
    launch: (signal) => launch({ path, denyAllProxy: 'http://127.0.0.1:1', sandbox: process.getuid?.() !== 0, signal }),
    limits: { captures: 1_000, ageMs: 3_600_000, memoryMb: 4_096 },
    log,
    metrics,
  });
  const ended = async (reason: string) =>
    Number(new RegExp(`capture_browsers_ended_total\\{reason="${reason}"[^}]*\\} (\\d+)`).exec((await metrics.expose()).text)?.[1] ?? 0);
  return { supervisor, ended, [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose]() };
}

async function signalTo(group: number, part: Part, signal: NodeJS.Signals): Promise<void> {
  const victims = (await partsOf(group)).filter((one) => one.part === part);
  assert.ok(victims.length > 0, `there is a ${part}`);
  for (const { pid } of victims) process.kill(pid, signal);
}

test('a capture that hangs costs no browser; a second one in a row does', async () => {
  await using opened = await open();
  const { supervisor, ended } = opened;
  const resident = await supervisor.enter(soon());
  supervisor.hung(resident);
  supervisor.answered(resident);
  supervisor.hung(resident);
  assert.equal(await resident.chrome.health.answers(), true);
  assert.equal(resident.usable, true);
  supervisor.hung(resident);
  assert.equal(resident.usable, false);
  supervisor.leave(resident);
  assert.equal(await ended('hang'), 1);
  const next = await supervisor.enter(soon());
  assert.notEqual(next.chrome.pid, resident.chrome.pid);
  supervisor.leave(next);
});

test('a browser that hangs, or falls apart, is replaced with nobody in it', async () => {
  const faults = [
    ['main', 'SIGSTOP', 'hang'],
    ['network', 'SIGSTOP', 'hang'],
    ['network', 'SIGKILL', 'broken'],
    ['zygote', 'SIGKILL', 'broken'],
  ] as const;
  await using opened = await open();
  const { supervisor, ended } = opened;
  for (const [part, signal, reason] of faults) {
    const resident = await supervisor.enter(soon());
    supervisor.leave(resident);
    const before = await ended(reason);
    await signalTo(resident.chrome.pid, part, signal);
    await eventually(async () => (await ended(reason)) === before + 1, { timeoutMs: 25_000 });
    await eventually(async () => assert.deepEqual(await partsOf(resident.chrome.pid), []));
  }
});

test('a guest that must be alone has a browser for itself, which goes when it leaves', async () => {
  await using opened = await open();
  const { supervisor } = opened;
  const shared = await supervisor.enter(soon());
  const alone = await supervisor.enterAlone(soon());
  const another = await supervisor.enter(soon());
  assert.deepEqual([alone.alone, shared.alone, another === shared], [true, false, true]);
  for (const resident of [alone, shared, another]) supervisor.leave(resident);
  await eventually(async () => assert.deepEqual(await partsOf(alone.chrome.pid), []));
  assert.equal(shared.usable, true);
});
