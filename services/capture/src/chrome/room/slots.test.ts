import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { createMetrics } from '@shotwire/telemetry';
import { eventually, type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';
import { readPng } from '../png.fixture.ts';

let site: Site;
before(async () => {
  site = await startSite();
});
after(() => site[Symbol.asyncDispose]());

/** A camera with one slot, that tells where its captures began and why rooms ended. */
async function openCounting() {
  const metrics = createMetrics('capture');
  const camera = await openTestCamera({ slots: 1, metrics });
  const count = async (counter: string, label: string) =>
    Number(new RegExp(`${counter}\\{[^}]*"${label}"[^}]*\\} (\\d+)`).exec((await metrics.expose()).text)?.[1] ?? 0);
  return {
    camera,
    taken: async () => Promise.all(['fresh', 'same_site', 'same_tenant'].map((room) => count('capture_rooms_taken_total', room))),
    ended: (reason: string) => count('capture_rooms_ended_total', reason),
    [Symbol.asyncDispose]: () => camera[Symbol.asyncDispose](),
  };
}

const shoot = (camera: ChromeCamera, { path = '/memory.html', accountId = 'acme', host = '127.0.0.1', options = {} } = {}) =>
  camera.shoot(
    { id: 'test', accountId, url: `http://${host}:${site.port}${path}`, options: optionsOf(options) },
    AbortSignal.timeout(20_000),
  );

const colourOf = async (...wish: Parameters<typeof shoot>) => readPng((await shoot(...wish)).artefacts[0].body).at(10, 10);
const [nothing, planted] = ['#008000', '#0000ff'];

/** The one of the tab that a browser begins with. */
const BROWSERS_OWN = 1;

/** The renderers among the descendants of this process. */
async function renderers(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = (pid: number, what: string) => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '');
  const parents = new Map(
    await Promise.all(pids.map(async (pid) => [pid, Number(/\) \S (\d+)/.exec(await read(pid, 'stat'))?.[1])] as const)),
  );
  const isOurs = (pid: number | undefined): boolean => pid === process.pid || (pid !== undefined && isOurs(parents.get(pid)));
  const commands = await Promise.all(pids.map((pid) => read(pid, 'cmdline')));
  return pids.filter((pid, at) => commands[at]?.includes('--type=renderer') && isOurs(pid));
}

test('an account that comes again gets a room that it had, with the renderer that is there', async () => {
  await using counting = await openCounting();
  const { camera, taken } = counting;
  // Rooms fill up: the one in use, the one being wiped meanwhile, the fresh one.
  for (let visit = 0; visit < 4; visit += 1) await shoot(camera);
  await eventually(async () => (await renderers()).length === BROWSERS_OWN + 3);
  const before = await renderers();
  for (let visit = 0; visit < 4; visit += 1) await shoot(camera);
  await shoot(camera, { host: 'other.localhost' });
  assert.deepEqual(await renderers(), before);
  const [fresh = 0, sameSite = 0, sameTenant] = await taken();
  assert.ok(fresh <= 2, `${fresh} fresh rooms`);
  assert.equal(fresh + sameSite, 8);
  assert.equal(sameTenant, 1);
});

test('no room of one account is ever given to another, and rooms unused for longest make place', async () => {
  await using counting = await openCounting();
  const accounts = ['acme', 'bolt', 'crow', 'dove', 'acme'];
  for (const accountId of accounts) assert.equal(await colourOf(counting.camera, { accountId }), nothing, accountId);
  assert.deepEqual(await counting.taken(), [5, 0, 0]);
  await eventually(async () => (await counting.ended('unused')) === 3);
  await eventually(async () => (await renderers()).length === BROWSERS_OWN + 3);
});

test('a service worker is not there for another account, nor for the next capture of its own', async () => {
  await using camera = await openTestCamera({ slots: 1 });
  const path = '/service-worker.html';
  const plant = { path: `${path}?plant`, options: { waitForSelector: '#planted' } };
  assert.equal(await colourOf(camera, plant), planted);
  assert.equal(await colourOf(camera, { path, accountId: 'bolt' }), nothing);
  assert.equal(await colourOf(camera, { path }), nothing);
  assert.equal(await colourOf(camera, plant), planted);
});

test('what a page downloads is kept nowhere', async () => {
  await using camera = await openTestCamera({ slots: 1 });
  const isSaved = (name: string) => /saved-by-page|file\.bin|crdownload/.test(name);
  const hits = site.hits('/download');
  assert.equal(await colourOf(camera, { path: '/downloads.html', options: { delay: 1 } }), nothing);
  assert.ok(site.hits('/download') > hits);
  const temporary = await readdir(tmpdir());
  const profiles = temporary.filter((name) => name.startsWith(`shotwire-chrome-${process.pid}-`));
  const inProfiles = await Promise.all(profiles.map((name) => readdir(join(tmpdir(), name), { recursive: true })));
  assert.ok(inProfiles.flat().length > 0);
  assert.deepEqual([...temporary, ...inProfiles.flat(), ...(await readdir(process.cwd()))].filter(isSaved), []);
});

test('a capture that carries secrets shares rooms with captures of the same site alone', async () => {
  await using counting = await openCounting();
  const secret = { options: { headers: { authorization: 'secret' } } };
  await shoot(counting.camera);
  await shoot(counting.camera, secret);
  await shoot(counting.camera, { ...secret, host: 'other.localhost' });
  assert.deepEqual(await counting.taken(), [3, 0, 0]);
  await shoot(counting.camera, { ...secret, host: 'other.localhost' });
  assert.deepEqual(await counting.taken(), [3, 1, 0]);
});

test('a room whose capture failed is closed, and so is one that cannot be wiped', async () => {
  await using counting = await openCounting();
  await assert.rejects(shoot(counting.camera, { path: '/download' }), Failure);
  await shoot(counting.camera, { path: '/popups.html' });
  await eventually(async () => (await counting.ended('failure')) === 1 && (await counting.ended('page')) === 1);
  await shoot(counting.camera);
  assert.deepEqual(await counting.taken(), [3, 0, 0]);
});

test('a room whose renderer died while it waited is not handed out', async () => {
  await using counting = await openCounting();
  await shoot(counting.camera);
  await eventually(async () => (await renderers()).length === BROWSERS_OWN + 2);
  for (const pid of await renderers()) process.kill(pid, 'SIGKILL');
  // A renderer that is there again is that of a new room: the news of both deaths has come.
  await eventually(async () => (await counting.ended('lost')) === 1 && (await renderers()).length > 0);
  await shoot(counting.camera);
  assert.deepEqual(await counting.taken(), [2, 0, 0]);
});
