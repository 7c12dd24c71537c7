import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { createMetrics } from '@shotwire/telemetry';
import { eventually, type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf } from '../capture.fixture.ts';
import type { ChromeCamera } from './open-chrome.ts';

let site: Site;
before(async () => {
  site = await startSite();
});
after(() => site[Symbol.asyncDispose]());

const shoot = async (camera: ChromeCamera, path: string, signal = AbortSignal.timeout(20_000)) =>
  (await camera.shoot({ id: 'test', accountId: 'acme', url: site.url + path, options: optionsOf() }, signal)).artefacts[0];

/** The browsers that this process started. */
async function browserPids(): Promise<number[]> {
  const children = (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
  const isBrowser = async (pid: number) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('headless-shell');
  const answers = await Promise.all(children.map(isBrowser));
  return children.filter((_, at) => answers[at]);
}

async function onlyBrowser(): Promise<number> {
  const [pid] = await browserPids();
  assert.ok(pid, 'a browser runs');
  return pid;
}

const profiles = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`shotwire-chrome-${process.pid}-`));

test('Chrome gets nothing of the environment of its service', async () => {
  process.env.SECRET_OF_THE_SERVICE = 'hunter2';
  await using camera = await openTestCamera();
  assert.ok(camera.healthy);
  const environment = await readFile(`/proc/${await onlyBrowser()}/environ`, 'utf8');
  assert.deepEqual(
    environment.split('\0').filter((entry) => entry !== '' && !/^(HOME|TMPDIR)=/.test(entry)),
    [],
  );
});

test('Chrome listens on no port', async () => {
  await using _camera = await openTestCamera();
  assert.deepEqual(await listeningSocketsOf(await onlyBrowser()), []);
});

test('a browser that is killed costs the captures in hand, and a new one takes the next', async () => {
  await using camera = await openTestCamera();
  const inHand = shoot(camera, '/hang');
  await eventually(() => site.hits('/hang') > 0);
  process.kill(-(await onlyBrowser()), 'SIGKILL');
  await assert.rejects(inHand, (thrown) => thrown instanceof Failure && thrown.kind === 'browser_lost' && thrown.retryable);
  assert.equal((await shoot(camera, '/plain.html')).width, 1280);
});

test('a browser that hangs is replaced', async () => {
  await using camera = await openTestCamera();
  const pid = await onlyBrowser();
  const late = new Failure('timeout');
  const limit = new AbortController();
  const hits = site.hits('/hang');
  const inHand = shoot(camera, '/hang', limit.signal);
  await eventually(() => site.hits('/hang') > hits);
  process.kill(-pid, 'SIGSTOP');
  limit.abort(late);
  await assert.rejects(inHand, (thrown) => thrown === late);
  await eventually(async () => !(await browserPids()).includes(pid) && camera.healthy);
  assert.equal((await shoot(camera, '/plain.html')).width, 1280);
});

test('a browser is replaced after its share of captures, and no capture notices', async () => {
  const metrics = createMetrics('capture');
  await using camera = await openTestCamera({ captures: 3, metrics });
  for (let round = 0; round < 4; round += 1) await Promise.all([shoot(camera, '/plain.html'), shoot(camera, '/plain.html')]);
  assert.match((await metrics.expose()).text, /capture_browsers_ended_total\{reason="captures",service="capture"\} [2-9]/);
});

test('a camera leaves no process and no profile behind, and removes those of the killed', async () => {
  const orphan = join(tmpdir(), 'shotwire-chrome-999999999-orphan');
  await mkdir(orphan);
  const camera = await openTestCamera();
  const [during] = await Promise.all([profiles(), shoot(camera, '/plain.html')]);
  await camera[Symbol.asyncDispose]();
  assert.deepEqual(await browserPids(), []);
  assert.deepEqual(await profiles(), []);
  assert.equal(during.length, 1);
  await assert.rejects(access(orphan));
});

/** TCP sockets in state LISTEN that a process holds. */
async function listeningSocketsOf(pid: number): Promise<string[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  const listening = tables.flatMap((table) =>
    table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells[3] === '0A')
      .map((cells) => cells[9]),
  );
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => listening.includes(/^socket:\[(\d+)\]$/.exec(target)?.[1]));
}
