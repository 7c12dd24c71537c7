import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf } from '../../services/capture/src/capture.fixture.ts';
import { type Part, partsOf } from '../../services/capture/src/chrome/browser/processes.fixture.ts';
import { sizeOf } from '../../services/capture/src/chrome/picture/encode.ts';
import { measure } from '../../services/capture/src/chrome/picture/measure.ts';
import { shoot as insist } from '../../services/capture/src/studio/shoot.ts';
import { stored } from '../../services/capture/src/studio/studio.fixture.ts';
import { bringPages, pages } from '../bench/pages.ts';
import { openSite } from '../bench/site.ts';
import { type BusyStudio, bodyOf, browserPids, listeners, openBusyStudio, profiles, SLOTS } from './open-busy-studio.fixture.ts';

type Fault = readonly [part: Part, signal: 'SIGSTOP' | 'SIGKILL'];

/** Two studios at once, so that one goes on while the other waits for what hangs. */
const sequences: readonly (readonly Fault[])[] = [
  [
    ['main', 'SIGKILL'],
    ['renderer', 'SIGKILL'],
    ['network', 'SIGKILL'],
    ['gpu-process', 'SIGKILL'],
    ['zygote', 'SIGKILL'],
    ['main', 'SIGSTOP'],
    ['gpu-process', 'SIGSTOP'],
  ],
  [
    ['network', 'SIGSTOP'],
    ['renderer', 'SIGSTOP'],
    ['zygote', 'SIGSTOP'],
  ],
];
const SEED = 20_260;

const parts = new AsyncDisposableStack();
let urls: readonly string[];

before(async () => {
  const brought = await bringPages({ log: () => undefined, signal: AbortSignal.timeout(30_000) }).then(
    () => true,
    () => false,
  );
  if (brought) {
    const { url } = parts.use(await openSite());
    urls = pages.map((page) => url + page);
  } else {
    const { url } = parts.use(await startSite());
    urls = ['/plain.html', '/tall.html', '/picture-rows.html', '/step-form.html'].map((page) => url + page);
  }
});
after(() => parts.disposeAsync());

test('whatever of Chrome is killed or stopped under load, every capture completes once with a right picture, and nothing is left', async () => {
  const before = { listeners: listeners(), profiles: await profiles() };
  {
    await using first = await openBusyStudio({ urls });
    await using second = await openBusyStudio({ urls });
    const studios = [first, second];
    await Promise.all(studios.map((studio, at) => inflictAll(studio, sequences[at] ?? [], random(SEED + at))));
    for (const studio of studios) await assertAllWell(studio, await studio.finish());
    await eventually(async () => assert.equal((await browserPids()).length, 2));
    assert.equal((await profiles()).length, before.profiles.length + 2);
    // Its own first tab, rooms for the slots, one that is wiped meanwhile and one for who comes next: what is more was left behind.
    for (const studio of studios) {
      const [browser] = await studio.browsers();
      assert.ok(browser);
      const renderers = async () => (await partsOf(browser)).filter(({ part }) => part === 'renderer').length;
      await eventually(async () => (await renderers()) <= SLOTS + 3);
    }
    assert.ok(listeners() <= before.listeners + 2 * (SLOTS + 3), `${listeners()} ports`);
  }
  assert.deepEqual(await browserPids(), []);
  assert.deepEqual({ listeners: listeners(), profiles: await profiles() }, before);
});

/** What a picture of a viewport may take before it counts as hung. */
const PICTURE_MS = 5_300;
/** A browser is started and the captures that were in hand are taken anew, on a busy machine. */
const MARGIN_MS = 10_000;

test('a picture that Chrome never gives costs its neighbours the deadline of a picture and a new browser, no more', async () => {
  await using camera = await openTestCamera({ slots: SLOTS });
  const lost: string[] = [];
  const shoot = (at: number) => {
    const order = { id: `capture ${at}`, accountId: 'acme', url: urls[at % urls.length] ?? '', options: optionsOf() };
    return insist(camera, order, AbortSignal.timeout(60_000), ({ code }) => lost.push(code));
  };
  await shoot(0);
  const [browser = 0] = await browserPids();
  const pictures = (await partsOf(browser)).filter(({ part }) => part === 'gpu-process');
  assert.ok(pictures.length > 0);
  for (const { pid } of pictures) process.kill(pid, 'SIGSTOP');
  const began = performance.now();
  await Promise.all(Array.from({ length: SLOTS }, (_, at) => shoot(at)));
  const took = performance.now() - began;
  assert.ok(took > 5_000 && took < PICTURE_MS + MARGIN_MS, `${took} ms`);
  assert.deepEqual([...new Set(lost)], ['BROWSER_LOST']);
  assert.ok(!(await browserPids()).includes(browser));
});

async function inflictAll(studio: BusyStudio, faults: readonly Fault[], chance: () => number): Promise<void> {
  for (const fault of faults) {
    await eventually(async () => (await studio.inHand()) >= SLOTS - 1);
    await sleep(chance() * 500);
    const groups = await inflict(studio, fault, chance);
    const done = await studio.completed();
    // The next comes when this one was overcome.
    await eventually(async () => (await studio.completed()) >= done + SLOTS, { timeoutMs: 40_000 });
    for (const group of groups) {
      const stopped = async () => (await stateOfEach(await partsOf(group))).includes('T');
      if (fault[0] !== 'renderer') await eventually(async () => !(await stopped()), { timeoutMs: 40_000 });
    }
  }
}

/** Sends the signal to all of that part, half of them where they are renderers, and makes sure that it hit while captures were in hand. */
async function inflict(studio: BusyStudio, [part, signal]: Fault, chance: () => number): Promise<number[]> {
  const found = await eventually(async () => {
    const victims = await studio.find(part);
    return victims.length > 0 && victims;
  });
  const victims = part === 'renderer' ? found.filter((_, at) => at % 2 === Math.floor(chance() * 2)) : found;
  const groups = await studio.browsers();
  for (const { pid } of victims) process.kill(pid, signal);
  const inHand = await studio.inHand();
  assert.ok(inHand > 0, `${inHand} captures were in hand`);
  if (signal === 'SIGKILL') return groups;
  const states = await eventually(
    async () => {
      const seen = await stateOfEach(victims);
      return seen.every((state) => state === undefined || 'TZX'.includes(state)) && seen;
    },
    { everyMs: 1 },
  );
  // One that ended at that very moment was not stopped.
  return states.includes('T') ? groups : inflict(studio, [part, signal], chance);
}

async function stateOfEach(processes: readonly { pid: number }[]): Promise<(string | undefined)[]> {
  const stats = await Promise.all(processes.map(({ pid }) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.map((stat) => /\) (\S)/.exec(stat)?.[1]);
}

async function assertAllWell(studio: BusyStudio, ids: readonly string[]): Promise<void> {
  const { stores } = studio;
  const { rows } = await stores.postgres.transaction((trx) => trx.raw('select id, status, problem_code from screenshots'));
  assert.deepEqual(
    rows.filter(({ status }: { status: string }) => status !== 'completed'),
    [],
  );
  assert.equal(rows.length, ids.length);
  const events = await stores.postgres.transaction((trx) => trx.raw('select subject, count(*)::int as count from outbox group by subject'));
  assert.deepEqual(events.rows, [{ subject: 'shotwire.events.screenshot.completed', count: ids.length }]);
  const pictures = (await stored(stores)).filter((key) => key.endsWith('.png'));
  assert.equal(pictures.length, ids.length);
  for (const key of pictures) {
    const body = await bodyOf(stores, key);
    assert.deepEqual(await sizeOf(body), { width: 1280, height: 800 });
    assert.equal((await measure({ body, signal: AbortSignal.timeout(10_000) })).blank, false);
  }
  assert.ok((await studio.retries()) > 0, 'faults cost tries');
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
