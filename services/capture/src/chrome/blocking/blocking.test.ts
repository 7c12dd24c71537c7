import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ResourceType } from '@shotwire/contract';
import { createMetrics } from '@shotwire/telemetry';
import { eventually } from '@shotwire/testing';
import { openVisitor, servePages, type Wish } from './visit.fixture.ts';

const lists = {
  'easylist.txt': `
! Title: EasyList
! Last modified: 01 Nov 2026 12:00 UTC
||ads.localhost^
/banner-ad.
/answered.js$script,redirect=noopjs
/excepted-ad.
page.localhost###sponsor
##.generic-ad
page.localhost##:not-a-selector(x)
||socket-ads.localhost^
`,
  'easyprivacy.txt': '! Title: EasyPrivacy\n||tracker.localhost^\n/beacon-x?\n',
  'ublock-unbreak.txt': '! Title: uBlock filters – Unbreak\n@@/excepted-ad.svg\n@@||ads.localhost^*/needed.js\n',
  'easylist-cookies.txt': '! Title: EasyList Cookie List\n###odd-notice\n||notices.localhost^\n',
  'hosts.txt': '# Title: some hosts\n0.0.0.0 evil.localhost\nworse.localhost\n',
  'badlists.txt': 'page.localhost\n',
};

const none = { blockAds: false, blockTrackers: false, blockResources: [], blockUrls: [], disableJavascript: false };

let visitor: Awaited<ReturnType<typeof openVisitor>>;
let pages: Awaited<ReturnType<typeof servePages>>;
const metrics = createMetrics('capture');
const house = new AsyncDisposableStack();

const at = (host: string, path: string) => pages.at(`${host}.localhost`, path);

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lists-'));
  house.defer(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(lists)) await writeFile(join(folder, name), text);
  visitor = house.use(await openVisitor({ folder, metrics }));
  const content: Record<string, string> = {};
  pages = house.use(await servePages(content));
  content['/'] = `<!doctype html><title>page</title>
    <link rel="stylesheet" href="/style.css"><img src="/banner-ad.svg"><img src="/picture.svg"><img src="/excepted-ad.svg">
    <script src="${at('ads', '/ad.js')}"></script><script src="${at('ads', '/needed.js')}"></script><script src="/answered.js"></script>
    <script src="${at('tracker', '/t.js')}"></script><script src="${at('evil', '/e.js')}"></script><script src="${at('worse', '/e.js')}"></script>
    <script src="${at('notices', '/n.js')}"></script>
    <iframe src="${at('ads', '/frame.html')}"></iframe><iframe src="/frame.html"></iframe>
    <div id="sponsor">Ad</div><div class="generic-ad">Ad</div><div id="odd-notice">Notice</div><div class="intercom-lightweight-app">Chat</div>
    <script>window.sponsorAtFirst = document.querySelector('#sponsor').checkVisibility();</script>`;
  content['/frame.html'] = '<div class="generic-ad">Ad</div>';
  content['/answered.js'] = 'throw new Error("not the neutered one")';
  content['/quick.html'] = `<video><source src="/v.mp4"><track default src="/t.vtt"></video><img src="/picture.svg"><script>
    document.querySelector('track').track.mode = 'showing';
    const ends = [];
    ends.push(fetch('/by-fetch').then((r) => 'ok', () => 'refused'));
    ends.push(new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/by-xhr'); x.onload = () => done('ok'); x.onerror = () => done('refused'); x.send(); }));
    ends.push(new Promise((done) => { const s = new WebSocket('ws://' + location.host + '/by-socket'); s.onclose = () => done('closed'); }));
    Promise.all(ends).then((all) => { document.title = all.join(); });
  </script>`;
  content['/kinds.html'] = `<link rel="stylesheet" href="/k.css"><link rel="manifest" href="/k.webmanifest"><script src="/k.js"></script>
    <style>@font-face { font-family: k; src: url(/k.woff2) }</style><script>
    navigator.sendBeacon('/by-beacon');
    const source = new EventSource('/by-source');
    const failed = new Promise((done) => { source.onerror = done; });
    Promise.all([failed, document.fonts.load('1em k').catch(() => undefined)]).then(() => { document.title = 'done'; });
  </script>`;
  content['/strict.html'] = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><div id="sponsor">Ad</div>
    <dialog open><p>We use cookies here.</p><button>Accept</button></dialog>`;
  content['/wiping.html'] = `<div id="sponsor">Ad</div><script>document.adoptedStyleSheets = [];</script>`;
  content['/worker.html'] = `<script>
    const source = 'fetch("${at('ads', '/by-worker')}").then(() => postMessage("ok"), () => postMessage("refused"))';
    new Worker(URL.createObjectURL(new Blob([source]))).onmessage = ({ data }) => { document.title = data; };
  </script>`;
  for (const path of ['/by-fetch', '/by-xhr', '/picture.svg', '/excepted-ad.svg', '/ad.js', '/needed.js', '/style.css'])
    content[path] ??= '';
});

after(() => house.disposeAsync());

/** Visits the page; gives what it asked for beside itself, and what was refused. */
async function visit(options: Wish, path = '/', host = 'page.localhost') {
  const from = pages.asked.length;
  const visited = await visitor.visit(pages.at(host, path), { blockCookies: false, ...options });
  const asked = () => pages.asked.slice(from).map((address) => address.replace('.localhost', ''));
  const refused = () =>
    visited.blocked.entries.map(({ url, type, reason }) => `${reason} ${type} ${new URL(url).hostname}${new URL(url).pathname}`);
  const isSeen = (selector: string) => visited.page.$eval(selector, (element) => element.checkVisibility());
  return { ...visited, asked, refused, isSeen, [Symbol.asyncDispose]: () => visited[Symbol.asyncDispose]() };
}

test('with nothing to block everything is asked for, and no request is paused', async () => {
  await using visited = await visit({});
  for (const address of ['ads/ad.js', 'page/banner-ad.svg', 'tracker/t.js', 'evil/e.js'])
    assert.ok(visited.asked().includes(address), address);
  assert.deepEqual(visited.refused(), []);
  const url = 'http://page.localhost/';
  const { interceptor } = visitor.blocking.planFor({ url, options: { ...none, blockCookies: true, blockChats: true } });
  assert.equal(interceptor, undefined);
});

test('block_ads refuses by host, by path and in frames, heeds exceptions, and hides what rules name', async () => {
  await using visited = await visit({ blockAds: true });
  for (const address of ['ads/ad.js', 'page/banner-ad.svg', 'ads/frame.html', 'evil/e.js', 'worse/e.js']) {
    assert.ok(!visited.asked().includes(address), address);
  }
  for (const address of ['page/picture.svg', 'page/excepted-ad.svg', 'ads/needed.js', 'tracker/t.js']) {
    assert.ok(visited.asked().includes(address), address);
  }
  assert.ok(visited.refused().includes('ads image page.localhost/banner-ad.svg'));
  assert.equal(visited.blocked.counts.ads, 6);
  assert.equal(await visited.page.evaluate('sponsorAtFirst'), false);
  assert.equal(await visited.isSeen('#sponsor'), false);
  assert.equal(await visited.isSeen('.generic-ad'), false);
  const frame = visited.page.frames().find((child) => child.url().startsWith(pages.at('page.localhost', '/frame')));
  assert.equal(await frame?.$eval('.generic-ad', (element) => element.checkVisibility()), false);
});

test('neither a strict content security policy nor sheets of its own keep a page from being tidied', async () => {
  await using strict = await visit({ blockAds: true, blockCookies: true }, '/strict.html');
  assert.equal(await strict.isSeen('#sponsor'), false);
  assert.equal(await strict.isSeen('button'), false);
  await using wiping = await visit({ blockAds: true }, '/wiping.html');
  assert.equal(await wiping.isSeen('#sponsor'), false);
});

test('what a plan puts into the page ends with its session', async () => {
  await using visited = await visit({});
  const { page } = visited;
  const session = await page.createCDPSession();
  const plan = visitor.blocking.planFor({ url: page.url(), options: { ...none, blockCookies: false, blockChats: true } });
  await plan.beforeLoad({ session });
  await page.goto('about:blank');
  assert.equal(await page.evaluate('document.adoptedStyleSheets.length'), 1);
  await session.detach();
  await page.goto('about:blank?');
  assert.equal(await page.evaluate('document.adoptedStyleSheets.length'), 0);
});

test('a script that a rule neuters is answered by us', async () => {
  const errors: unknown[] = [];
  await using visited = await visit({ blockAds: true });
  visited.page.on('pageerror', (error) => errors.push(error));
  await visited.page.reload();
  assert.deepEqual(errors, []);
  assert.ok(!visited.asked().includes('page/answered.js'));
  assert.ok(visited.refused().includes('ads script page.localhost/answered.js'));
});

test('block_trackers refuses trackers and leaves ads', async () => {
  await using visited = await visit({ blockTrackers: true });
  assert.ok(!visited.asked().includes('tracker/t.js'));
  assert.ok(visited.asked().includes('ads/ad.js'));
  assert.deepEqual(visited.refused(), ['trackers script tracker.localhost/t.js']);
});

test('lists against cookie dialogs refuse their hosts and hide their dialogs', async () => {
  await using visited = await visit({ blockCookies: true });
  assert.ok(!visited.asked().includes('notices/n.js'));
  assert.deepEqual(visited.refused(), ['cookies host notices.localhost/']);
  assert.equal(await visited.isSeen('#odd-notice'), false);
  assert.deepEqual(visited.removal, { detected: true, by: 'cosmetic', removed: true });
});

test('block_chats hides chat widgets', async () => {
  await using shown = await visit({});
  assert.equal(await shown.isSeen('.intercom-lightweight-app'), true);
  await using visited = await visit({ blockChats: true });
  assert.equal(await visited.isSeen('.intercom-lightweight-app'), false);
  assert.equal(await visited.isSeen('#sponsor'), true);
});

test('hosts of chat widgets and of consent dialogs are refused where that was asked for', () => {
  const plan = visitor.blocking.planFor({ url: 'https://a.example/', options: { ...none, blockChats: true, blockCookies: true } });
  assert.equal(plan.refuseHost('widget.intercom.io'), 'chats');
  assert.equal(plan.refuseHost('cdn.cookielaw.org'), 'cookies');
  assert.equal(plan.refuseHost('a.example'), undefined);
  const own = visitor.blocking.planFor({
    url: 'https://www.onetrust.com/',
    options: { ...none, blockChats: false, blockCookies: true },
  });
  assert.equal(own.refuseHost('www.onetrust.com'), undefined);
  assert.equal(own.refuseHost('widget.intercom.io'), undefined);
});

test('a worker is refused what its page is refused', async () => {
  await using visited = await visit({ blockAds: true }, '/worker.html');
  await eventually(async () => assert.equal(await visited.page.title(), 'refused'));
  assert.ok(!visited.asked().includes('ads/by-worker'));
});

for (const [type, refused, kept] of [
  ['IMAGE', 'page/picture.svg', 'page/by-xhr'],
  ['XHR', 'page/by-xhr', 'page/by-fetch'],
  ['FETCH', 'page/by-fetch', 'page/by-xhr'],
  ['TEXTTRACK', 'page/t.vtt', 'page/v.mp4'],
  ['MEDIA', 'page/v.mp4', 'page/t.vtt'],
  ['WEBSOCKET', 'page/by-socket', 'page/by-fetch'],
] as const) {
  test(`block_resources: ${type.toLowerCase()} is refused, and nothing else`, async () => {
    await using visited = await visit({ blockResources: [ResourceType[type]] }, '/quick.html');
    await eventually(async () => assert.match(await visited.page.title(), /,.*,closed/));
    await eventually(() => assert.ok(visited.asked().includes(kept), kept));
    assert.ok(!visited.asked().includes(refused), refused);
    assert.equal(visited.blocked.counts.resource, 1);
  });
}

for (const [type, refused, kept] of [
  ['STYLESHEET', 'page/k.css', 'page/k.js'],
  ['FONT', 'page/k.woff2', 'page/k.css'],
  ['SCRIPT', 'page/k.js', 'page/k.css'],
  ['EVENTSOURCE', 'page/by-source', 'page/k.woff2'],
  ['MANIFEST', 'page/k.webmanifest', 'page/by-beacon'],
  ['OTHER', 'page/by-beacon', 'page/k.webmanifest'],
] as const) {
  test(`block_resources: ${type.toLowerCase()} is refused, and nothing else`, async () => {
    await using visited = await visit({ blockResources: [ResourceType[type]] }, '/kinds.html');
    await eventually(async () => assert.equal(await visited.page.title(), 'done'));
    // Chrome asks for a manifest when somebody wants to know of it.
    await visited.session.send('Page.getAppManifest');
    await eventually(() => assert.ok(visited.asked().includes(kept), kept));
    assert.ok(!visited.asked().includes(refused), refused);
    assert.equal(visited.blocked.counts.resource, 1);
  });
}

test('block_urls refuses what fits, wherever it comes from, and never the page itself', async () => {
  await using visited = await visit({ blockUrls: ['*/picture.svg', 'http://*.localhost:*/ad.js', '*/frame.html'] });
  for (const address of ['page/picture.svg', 'ads/ad.js', 'page/frame.html']) assert.ok(!visited.asked().includes(address), address);
  for (const address of ['page/banner-ad.svg', 'ads/needed.js']) assert.ok(visited.asked().includes(address), address);
  await using all = await visit({ blockUrls: ['*'] });
  assert.deepEqual(all.asked(), ['page/']);
  assert.equal(all.blocked.counts.url, all.blocked.entries.length);
});

test('a page on a host that lists refuse is shown all the same', async () => {
  await using visited = await visit({ blockAds: true }, '/', 'ads.localhost');
  assert.equal(await visited.page.title(), 'page');
});

test('the age of each list is a metric', async () => {
  const { text } = await metrics.expose();
  const age = Number(/capture_block_list_age_seconds\{list="EasyList".*\} (\S+)/.exec(text)?.[1]);
  assert.ok(Math.abs(age - (Date.now() - Date.parse('2026-11-01T12:00:00Z')) / 1000) < 60);
  assert.match(text, /capture_block_list_age_seconds\{list="uBlock filters – Unbreak"/);
  assert.doesNotMatch(text, /badlists/);
});
