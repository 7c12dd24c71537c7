import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { openTestRooms } from './room.fixture.ts';
import type { Room } from './room.ts';
import { startStickySite } from './sticky-site.fixture.ts';
import { traces } from './traces.fixture.ts';

let site: Awaited<ReturnType<typeof startStickySite>>;
let rooms: Awaited<ReturnType<typeof openTestRooms>>;

before(async () => {
  site = await startStickySite();
  rooms = await openTestRooms();
});

after(async () => {
  await rooms[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

const hosts = ['127.0.0.1', 'other.localhost'];

async function plantAt(room: Room, host: string) {
  await room.page.goto(site.at(host, '/set'));
  for (const [name, { plant }] of Object.entries(traces)) await run(room, plant, name);
}

async function lookAt(room: Room, host: string): Promise<Record<string, unknown>> {
  await room.page.goto(site.at(host, '/look'));
  const seen: Record<string, unknown> = { asked: site.requests.findLast(({ path }) => path === '/look')?.headers };
  for (const [name, { look }] of Object.entries(traces)) seen[name] = await run(room, look, name);
  return seen;
}

const run = (room: Room, script: string, name: string) =>
  room.page.evaluate(script).catch((thrown: unknown) => assert.fail(`${name}: ${thrown}`));

test('whatever a page can leave behind is there before the room is wiped, and not after', async () => {
  await using untouched = await rooms.open();
  await using room = await rooms.open();
  for (const host of hosts) await plantAt(room, host);
  for (const host of hosts) {
    const seen = await lookAt(room, host);
    // One that says nothing here would prove nothing below.
    for (const [name, { nothing }] of Object.entries(traces)) if (nothing !== undefined) assert.notDeepEqual(seen[name], nothing, name);
    assert.match(JSON.stringify(seen.asked), /hidden=1.*parted=1|parted=1.*hidden=1/);
  }
  assert.equal(await room.wipe(), undefined);
  room.occupy({});
  for (const host of hosts) {
    const seen = await lookAt(room, host);
    const expected = await lookAt(untouched, host);
    delete seen['HTTP cache'];
    delete expected['HTTP cache'];
    assert.deepEqual(seen, expected, host);
  }
});

test('no answer is kept from one capture to the next', async () => {
  await using room = await rooms.open();
  const answerOf = async () => {
    await room.page.goto(site.at('127.0.0.1', '/look'));
    return run(room, traces['HTTP cache']?.look ?? '', 'HTTP cache');
  };
  const first = await answerOf();
  // Fresh within a capture too: a picture is of the page as it is now.
  assert.notEqual(await answerOf(), first);
  assert.equal(await room.wipe(), undefined);
  room.occupy({});
  assert.notEqual(await answerOf(), first);
  assert.equal(site.requests.findLast(({ path }) => path === '/sticky')?.headers['if-none-match'], undefined);
});

test('a page that plants as it is left, and an answer that comes after it was left, plant nothing', async () => {
  await using untouched = await rooms.open();
  await using room = await rooms.open();
  const leaveWith = `for (const name of ['pagehide', 'unload', 'visibilitychange']) addEventListener(name, () => {
    localStorage.late = '1'; sessionStorage.late = '1'; document.cookie = 'left=1; max-age=3600'; window.name = 'late';
    navigator.sendBeacon('/late'); fetch('/late', { keepalive: true, credentials: 'include' }); indexedDB.open('late'); caches.open('late');
  }); setInterval(() => { localStorage.late = '1'; caches.open('late'); indexedDB.open('late'); }, 1);`;
  for (let round = 0; round < 5; round += 1) {
    await room.page.goto(site.at('127.0.0.1', '/look'));
    await run(room, leaveWith, 'late');
    assert.equal(await room.wipe(), undefined);
    room.occupy({});
    const seen = await lookAt(room, '127.0.0.1');
    const expected = await lookAt(untouched, '127.0.0.1');
    for (const each of [seen, expected]) delete each['HTTP cache'];
    assert.deepEqual(seen, expected);
    assert.equal(await room.wipe(), undefined);
    room.occupy({});
    const before = site.requests.filter(({ path }) => path === '/late').length;
    await room.page.goto(site.at('127.0.0.1', '/look'));
    assert.equal(site.requests.filter(({ path }) => path === '/late').length, before);
    assert.equal(await run(room, 'new Promise((done) => setTimeout(() => done(document.cookie), 300))', 'cookie'), '');
    assert.equal(await room.wipe(), undefined);
    room.occupy({});
    untouched.occupy({});
  }
});

test('what cannot be wiped closes the room', async () => {
  const embed =
    "new Promise((done) => document.body.append(Object.assign(document.createElement('iframe'), { src: '/hints', onload: () => done(0) })))";
  const deeds: Record<string, (room: Room) => Promise<unknown>> = {
    page: ({ page }) => page.evaluate("open('/look') && 0"),
    worker: ({ page }) =>
      Promise.all([new Promise((resolve) => page.once('workercreated', resolve)), page.evaluate("new Worker('/worker.js') && 0")]),
    shared_worker: ({ page }) => page.evaluate("new SharedWorker('/worker.js') && 0"),
    service_worker: ({ page }) => page.evaluate("navigator.serviceWorker.register('/worker.js').then(() => 0)"),
    'accept-ch': ({ page }) => page.evaluate(embed),
    setJavaScriptEnabled: ({ page }) => page.setJavaScriptEnabled(false),
    evaluateOnNewDocument: ({ page }) => page.evaluateOnNewDocument('1'),
    input: ({ page }) => page.mouse.move(10, 10),
    'a reason': async (room) => room.spoil('a reason'),
  };
  for (const [why, deed] of Object.entries(deeds)) {
    await using room = await rooms.open();
    await room.page.goto(site.at('127.0.0.1', '/look'), { waitUntil: 'networkidle0' });
    await deed(room);
    assert.equal(await room.wipe(), why);
  }
});

test('what a capture sets on the page is back to default for the next', async () => {
  await using untouched = await rooms.open();
  await using room = await rooms.open();
  const { page, session } = room;
  const size = { width: 1280, height: 800 };
  const looksLike = async (one: Room) => {
    await one.page.setViewport(size);
    await one.page.goto(site.at('127.0.0.1', '/look'));
    const { host: _, ...headers } = site.requests.findLast(({ path }) => path === '/look')?.headers ?? {};
    const matches = ['(prefers-color-scheme: dark)', '(prefers-reduced-motion: reduce)', 'print'];
    const seen = await one.page.evaluate(`[${JSON.stringify(matches)}.map((query) => matchMedia(query).matches), navigator.userAgent,
      navigator.maxTouchPoints, devicePixelRatio, innerWidth, new Date(0).toString(), (0.5).toLocaleString(), navigator.language, window.injected]`);
    const background = await one.session.send('Page.captureScreenshot', { format: 'png' });
    return { headers, seen, background: background.data };
  };
  const expected = await looksLike(untouched);

  await page.setViewport({ width: 400, height: 300, isMobile: true, hasTouch: true, deviceScaleFactor: 3 });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: 'dark' },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.emulateMediaType('print');
  await page.emulateTimezone('Asia/Tokyo');
  await page.setUserAgent({ userAgent: 'Somebody/1.0' });
  await page.setExtraHTTPHeaders({ 'x-secret': '1' });
  await page.setBypassCSP(true);
  await session.send('Emulation.setLocaleOverride', { locale: 'de-DE' });
  await session.send('Emulation.setDefaultBackgroundColorOverride', { color: { r: 255, g: 0, b: 0, a: 1 } });
  await session.send('Page.enable');
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: 'window.injected = 1' });
  await session.send('Network.setExtraHTTPHeaders', { headers: { 'x-other': '1' } });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/style' }] });
  await page.goto(site.at('127.0.0.1', '/look'));
  assert.deepEqual(await page.evaluate('[(0.5).toLocaleString(), window.injected, screen.width, new Date(0).getHours()]'), [
    '0,5',
    1,
    400,
    9,
  ]);

  assert.equal(await room.wipe(), undefined);
  room.occupy({});
  assert.notEqual(room.session, session);
  assert.deepEqual(await looksLike(room), expected);
  // Nobody answers for an interception that was left on.
  assert.equal(await page.evaluate("fetch('/style').then((response) => response.status)"), 200);
});

test('a permission that was granted is not there for the next', async () => {
  await using room = await rooms.open();
  const state = "navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state)";
  const visit = () => room.page.goto(site.at('127.0.0.1', '/look'));
  await visit();
  const before = await room.page.evaluate(state);
  await room.page.browserContext().setPermission('*', { permission: { name: 'geolocation' }, state: 'granted' });
  assert.equal(await room.page.evaluate(state), 'granted');
  assert.equal(await room.wipe(), undefined);
  room.occupy({});
  await visit();
  assert.equal(await room.page.evaluate(state), before);
});

test('whatever a page asks its visitor for is refused at once, in a room that was wiped too', async () => {
  await using room = await rooms.open();
  const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write', 'midi', 'local-fonts'];
  const refusals: Readonly<Record<string, string>> = {
    geolocation: 'new Promise((_, no) => navigator.geolocation.getCurrentPosition(_, ({ code }) => no(code === 1)))',
    notifications: "Notification.requestPermission().then((answer) => Promise.reject(answer === 'denied'))",
    // This machine may have none, which says as little to a page.
    camera: 'navigator.mediaDevices.getUserMedia({ video: true })',
    clipboard: 'navigator.clipboard.readText()',
    midi: 'navigator.requestMIDIAccess({ sysex: true })',
  };
  const states = `Promise.all(${JSON.stringify(names)}.map((name) => navigator.permissions.query({ name }).then(({ state }) => state)))`;
  const refusesAll = async () => {
    await room.page.goto(site.at('127.0.0.1', '/look'));
    assert.deepEqual(
      await room.page.evaluate(states),
      names.map(() => 'denied'),
    );
    for (const [name, ask] of Object.entries(refusals)) {
      const answer = await room.page.evaluate(`${ask}.then(() => 'granted', (why) => why !== false && 'refused')`);
      assert.equal(answer, 'refused', name);
    }
  };
  await refusesAll();
  await room.page.browserContext().overridePermissions(site.at('127.0.0.1', ''), ['geolocation', 'midi']);
  assert.equal(await room.wipe(), undefined);
  room.occupy({});
  await refusesAll();
});

test('a capture that passes a budget of the network ends at once, and is told which', async () => {
  const ways = [
    { limits: { maxBytes: 100 }, says: /MiB over the network/ },
    { limits: { maxRequests: 3 }, says: /requests/ },
    { limits: { maxConnections: 0 }, says: /connections at once/ },
  ];
  for (const { limits, says } of ways) {
    await using room = await rooms.open();
    room.occupy({ limits });
    const visiting = room.page.goto(site.at('127.0.0.1', '/look')).then(async () => {
      for (;;) await room.page.evaluate("fetch('/style').then((response) => response.text())");
    });
    await assert.rejects(Promise.race([visiting, room.gone]), (thrown) => {
      return thrown instanceof Failure && thrown.kind === 'page_overload' && says.test(thrown.message);
    });
  }
});

test('a room is used so often and no more', async () => {
  await using room = await rooms.open();
  for (let capture = 1; capture < 50; capture += 1) room.occupy({});
  assert.equal(await room.wipe(), 'captures');
});

test('a room whose renderer has grown is closed', async () => {
  await using room = await rooms.open();
  await room.page.goto(site.at('127.0.0.1', '/look'));
  await room.page.evaluate(
    '(() => { globalThis.kept = []; for (let at = 0; at < 40; at += 1) kept.push(new Array(1_000_000).fill(at + 0.5)); })()',
  );
  assert.equal(await room.wipe(), 'memory');
});
