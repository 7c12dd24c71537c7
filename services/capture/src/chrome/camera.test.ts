import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Format } from '@shotwire/contract';
import { startUpstream } from '@shotwire/egress/testing';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../capture.fixture.ts';
import { shoot as insist } from '../studio/shoot.ts';
import type { ChromeCamera } from './open-chrome.ts';
import { readPng } from './png.fixture.ts';

let site: Site;
let camera: ChromeCamera;
let lists: string;

before(async () => {
  site = await startSite();
  lists = await mkdtemp(join(tmpdir(), 'lists-'));
  await writeFile(join(lists, 'ads.txt'), '||ads.localhost^\n');
  camera = await openTestCamera({ blockLists: lists });
});

after(async () => {
  await camera[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await rm(lists, { recursive: true });
});

const within = (ms = 20_000) => AbortSignal.timeout(ms);
const shoot = async (path: string, options: SomeOptions = {}, signal = within()) => {
  const order = { id: 'test', accountId: 'acme', url: new URL(path, site.url).href, options: optionsOf(options) };
  return (await camera.shoot(order, signal)).artefacts[0];
};
const failsWith = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

test('the viewport is pictured as it is', async () => {
  const picture = await shoot('/plain.html');
  const { width, height, at } = readPng(picture.body);
  assert.deepEqual([width, height, picture.width, picture.height, picture.mimeType], [1280, 800, 1280, 800, 'image/png']);
  assert.equal(at(50, 50), '#ff0000');
  assert.equal(at(250, 50), '#ffffff');
});

test('a full page is as high as the page', async () => {
  const picture = await shoot('/tall.html', { fullPage: true });
  assert.equal(readPng(picture.body).height, 3000);
  assert.equal(picture.height, 3000);
});

test('with best_attempt a full page whose images do not come is taken before its time is over, and said to be partial', async () => {
  for (const timeout of [3, 6]) {
    const options = optionsOf({ fullPage: true, bestAttempt: true, timeout });
    const order = { id: 'test', accountId: 'acme', url: `${site.url}/picture-slow.html`, options };
    const { artefacts, report, findings } = await camera.shoot(order, within(timeout * 1000));
    assert.equal(artefacts[0].height, 6_120);
    assert.deepEqual([report.partial, findings.partial], ['scroll', true]);
  }
  const whole = { id: 'test', accountId: 'acme', url: `${site.url}/tall.html`, options: optionsOf({ fullPage: true, bestAttempt: true }) };
  assert.equal((await camera.shoot(whole, within())).report.partial, null);
});

test('retina doubles the pixels, not the page', async () => {
  const { width, at } = readPng((await shoot('/plain.html', { retina: true, width: 640, height: 400 })).body);
  assert.equal(width, 1280);
  assert.equal(at(390, 190), '#ff0000');
  assert.equal(at(410, 190), '#ffffff');
});

test('dark mode is told to the page', async () => {
  assert.equal(readPng((await shoot('/dark.html')).body).at(10, 10), '#ffff00');
  assert.equal(readPng((await shoot('/dark.html', { darkMode: true })).body).at(10, 10), '#000080');
});

test('a telephone is a telephone to the page, and a desktop does not say that it is headless', async () => {
  const telephone = await shoot('/agent.html', { device: 'mobile' });
  assert.equal(readPng(telephone.body).at(10, 10), '#0000ff');
  assert.equal(telephone.width, 390);
  assert.equal(readPng((await shoot('/agent.html')).body).at(10, 10), '#008000');
});

test('jpeg and webp are what they say, and quality counts', async () => {
  const jpeg = await shoot('/tall.html', { format: Format.JPEG, quality: 90 });
  assert.equal(jpeg.mimeType, 'image/jpeg');
  assert.equal(jpeg.body.toString('hex', 0, 3), 'ffd8ff');
  const webp = await shoot('/tall.html', { format: Format.WEBP });
  assert.equal(webp.body.toString('latin1', 8, 12), 'WEBP');
  const coarse = await shoot('/tall.html', { format: Format.JPEG, quality: 5 });
  assert.ok(coarse.body.length < jpeg.body.length);
});

test('the delay is waited for after the page has loaded', async () => {
  const before = performance.now();
  await shoot('/plain.html', { delay: 0.5 });
  assert.ok(performance.now() - before >= 500);
});

test('an error page of the server is a page', async () => {
  assert.equal((await shoot('/status/404')).width, 1280);
});

test('nothing of one capture is there in the next', async () => {
  for (let visit = 0; visit < 4; visit += 1) assert.equal(readPng((await shoot('/memory.html')).body).at(10, 10), '#008000');
});

test('one alert does not hold a page up, and windows it opens are closed', async () => {
  assert.equal(readPng((await shoot('/one-alert.html')).body).at(10, 10), '#008000');
  assert.equal(readPng((await shoot('/popups.html')).body).at(10, 10), '#008000');
});

test('a page that never ends ends with its signal, and the next capture is right', async () => {
  const late = new Failure('timeout');
  for (const path of ['/hang', '/half', '/loop.html']) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(late), 1_500);
    await assert.rejects(shoot(path, {}, controller.signal), (thrown) => thrown === late, path);
  }
  await assert.rejects(shoot('/alerts.html'), failsWith('page_overload'));
  assert.equal(readPng((await shoot('/plain.html')).body).at(50, 50), '#ff0000');
});

test('a page that floods the browser is ended, and its neighbours do not wait for it', async () => {
  for (const path of ['/flood-history.html', '/flood-fetch.html', '/flood-console.html', '/flood-workers.html']) {
    // A camera of its own: its browser may be replaced at any moment.
    await using flooded = await openTestCamera();
    const flood = flooded.shoot({ id: 'flood', accountId: 'acme', url: site.url + path, options: optionsOf({ delay: 20 }) }, within()).then(
      () => 'a picture',
      (thrown: unknown) => (thrown instanceof Failure ? thrown.kind : String(thrown)),
    );
    // It may cost a try, when the flooded browser has to be replaced: that it does not answer is known after ten seconds. The flood goes on for longer.
    const order = { id: 'test', accountId: 'acme', url: `${site.url}/plain.html`, options: optionsOf() };
    const neighbour = await insist(flooded, order, within(20_000), () => undefined);
    assert.equal(neighbour.artefacts[0].width, 1280, path);
    // Chrome itself keeps history within bounds. A machine with little time may replace the browser before the flood is counted to its bound.
    if (path !== '/flood-history.html') assert.match(await flood, /^(page_overload|browser_lost)$/, path);
  }
});

test('a body without end ends its capture as soon as it is too much, and not when its time is over', async () => {
  const js = "await (await fetch('/heavy?mib=10000')).body.pipeTo(new WritableStream())";
  await assert.rejects(shoot('/plain.html', { js }, within(60_000)), (thrown) => {
    return thrown instanceof Failure && thrown.kind === 'page_overload' && /256 MiB/.test(thrown.message);
  });
});

test('a document that breaks off is a failed connection, and not a long wait', async (t) => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 100000\r\n\r\n<p>The beginning'));
    setTimeout(() => socket.destroy(), 200);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  await assert.rejects(shoot(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), failsWith('connection_failed'));
});

test('a picture past the limits of its format is refused with the limit named', async () => {
  await assert.rejects(shoot('/huge?px=20000', { fullPage: true, format: Format.WEBP }), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.kind, 'picture_too_large');
    assert.match(thrown.message, /1280 × 20000 pixels; webp takes at most 16383/);
    return true;
  });
});

test('each way a page cannot be reached has its own kind', async (t) => {
  const resetting = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1');
  const closed = createServer().listen(0, '127.0.0.1');
  t.after(() => resetting.close());
  await Promise.all([once(resetting, 'listening'), once(closed, 'listening')]);
  const { port } = resetting.address() as AddressInfo;
  const { port: closedPort } = closed.address() as AddressInfo;
  closed.close();

  await assert.rejects(shoot(`http://127.0.0.1:${closedPort}/`), failsWith('connection_refused'));
  await assert.rejects(shoot(`http://127.0.0.1:${port}/`), failsWith('connection_failed'));
  await assert.rejects(shoot(`https://127.0.0.1:${site.port}/`), failsWith('tls_failed'));
  await assert.rejects(shoot('/redirect-loop'), failsWith('too_many_redirects'));
  await assert.rejects(shoot('/download'), failsWith('not_a_page'));
});

test('Chrome is never asked for what is not the web', async () => {
  for (const url of ['file:///etc/hostname', 'chrome://version', 'data:text/html,hi', 'view-source:http://127.0.0.1/', 'javascript:1']) {
    await assert.rejects(shoot(url), failsWith('blocked_url'), url);
  }
});

test('a private address is refused to the page, to a redirect and to what a page embeds', async () => {
  await using guarded = await openTestCamera({ allow: [`127.0.0.1/32:${site.port}`] });
  await using victim = await startSite();
  const visit = (url: string) => guarded.shoot({ id: 'test', accountId: 'acme', url, options: optionsOf() }, within());
  await assert.rejects(visit(`${victim.url}/plain.html`), failsWith('blocked_url'));
  await assert.rejects(visit(`${site.url}/redirect?to=${victim.url}/plain.html`), failsWith('blocked_url'));
  const away = (to: string) =>
    guarded.shoot(
      { id: 'test', accountId: 'acme', url: `${site.url}/meta-away.html?${encodeURIComponent(to)}`, options: optionsOf({ delay: 1 }) },
      within(),
    );
  await assert.rejects(away(`${victim.url}/plain.html`), failsWith('blocked_url'));
  await assert.rejects(away(victim.url.replace('http:', 'https:')), failsWith('connection_failed'));
  const embedding = await visit(`${site.url}/private-image?src=${victim.url}/block.svg`);
  assert.equal(embedding.artefacts[0].width, 1280);
  assert.deepEqual(victim.requests, []);
});

test('a page that goes to an address that may not be called as it is scrolled through is not shown', async () => {
  const leaving = (to: string) => shoot(`/leaves.html?${to}`, { fullPage: true });
  await assert.rejects(leaving('http://10.0.0.1/'), failsWith('blocked_url'));
  await assert.rejects(leaving('https://10.0.0.1/'), failsWith('connection_failed'));
});

test("a capture goes through its client's own proxy, with its password; the proxy's address is guarded like any", async () => {
  await using upstream = await startUpstream({ to: site.port });
  const proxy = `http://user:secret@127.0.0.1:${upstream.port}`;
  const hits = site.hits('/plain.html');
  const { body } = await shoot('/plain.html', { proxy, format: Format.MARKDOWN });
  assert.match(body.toString(), /by upstream: http:.*plain\.html/);
  assert.equal(site.hits('/plain.html'), hits);
  assert.equal(upstream.asked[0]?.authorization, `Basic ${Buffer.from('user:secret').toString('base64')}`);

  await using guarded = await openTestCamera({ allow: [`127.0.0.1/32:${site.port}`] });
  const order = { id: 'test', accountId: 'acme', url: `${site.url}/plain.html`, options: optionsOf({ proxy }) };
  const asked = upstream.asked.length;
  await assert.rejects(guarded.shoot(order, within()), failsWith('blocked_url'));
  assert.equal(upstream.asked.length, asked);
});

test('hosts of ads and of consent dialogs are refused where that was asked for', async () => {
  const adAt = `http://ads.localhost:${site.port}/block.svg`;
  const page = `/private-image?src=${encodeURIComponent(adAt)}`;
  const asked = () => site.requests.filter(({ path }) => path.startsWith('/block.svg')).length;
  const before = asked();
  await shoot(page, { blockAds: true });
  assert.equal(asked(), before);
  await shoot(page);
  assert.equal(asked(), before + 1);
});
