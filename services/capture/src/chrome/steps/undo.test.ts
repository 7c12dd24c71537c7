import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MediaType } from '@shotwire/contract';
import { openDenyAllProxy } from '@shotwire/egress';
import { type Site, startSite } from '@shotwire/testing';
import type { Page } from 'puppeteer';
import { optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { BlockingPlan } from '../blocking/open-blocking.ts';
import { type Chrome, launch } from '../browser/launch.ts';
import type { Room } from '../room/room.ts';
import { dress } from './dress.ts';
import { openShot } from './shot.ts';

const house = new AsyncDisposableStack();
let site: Site;
let chrome: Chrome;
let page: Page;

before(async () => {
  site = house.use(await startSite());
  const denyAll = house.use(await openDenyAllProxy());
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  chrome = house.use(await launch({ path, denyAllProxy: denyAll.url, sandbox: process.getuid?.() !== 0 }));
  const context = await chrome.browser.createBrowserContext({ proxyServer: denyAll.url, proxyBypassList: ['127.0.0.1'] });
  page = await context.newPage();
});
after(() => house.disposeAsync());

/** What a page can tell of what it was made to believe. */
const account = `JSON.stringify({
  agent: [navigator.userAgent, navigator.platform, navigator.languages, navigator.userAgentData.brands, navigator.maxTouchPoints],
  time: [Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.NumberFormat().resolvedOptions().locale],
  media: ['print', '(prefers-color-scheme: dark)', '(prefers-reduced-motion)'].map((query) => matchMedia(query).matches),
  size: [innerWidth, innerHeight, devicePixelRatio, screen.orientation.type],
  style: getComputedStyle(document.documentElement).scrollBehavior + getComputedStyle(document.body).backgroundColor,
  scripts: document.documentElement.id,
})`;

async function accountAfter(options: SomeOptions): Promise<{ during: string; commands: string[] }> {
  const session = await page.createCDPSession();
  const commands: string[] = [];
  const send = session.send.bind(session);
  session.send = ((method: string, ...rest: [never]) => {
    commands.push(method);
    return send(method as never, ...rest);
  }) as typeof session.send;
  const room = { page, session, resident: { chrome, usable: true } } as unknown as Room;
  const shot = { room, url: `${site.url}/step-csp.html`, options: optionsOf(options), signal: AbortSignal.timeout(20_000) };
  const order = { id: 'test', accountId: 'acme', url: shot.url, options: shot.options };
  using opened = openShot({ ...shot, order, plan: {} as BlockingPlan });
  await dress(opened);
  await page.goto(shot.url);
  const during = (await page.evaluate(account)) as string;
  await page.goto('about:blank');
  await session.detach();
  return { during, commands };
}

test('what one capture was dressed in the next one is not, and default options send nothing', async () => {
  const plain = await accountAfter({});
  assert.deepEqual(plain.commands, []);
  const dressed: SomeOptions = {
    device: 'iphone 15',
    landscape: true,
    darkMode: true,
    reducedMotion: true,
    mediaType: MediaType.PRINT,
    timezone: 'Asia/Tokyo',
    locale: 'de-CH',
    userAgent: 'Ours',
    css: 'body { background: #00f }',
    bypassCsp: true,
    disableAnimations: true,
  };
  const one = JSON.parse((await accountAfter(dressed)).during);
  const other = JSON.parse(plain.during);
  for (const aspect of Object.keys(other)) assert.notDeepEqual(one[aspect], other[aspect], aspect);
  assert.equal((await accountAfter({})).during, plain.during);
  assert.equal(JSON.parse((await accountAfter({ bypassCsp: true, disableJavascript: true })).during).scripts, '');
  assert.equal(JSON.parse((await accountAfter({ bypassCsp: true })).during).scripts, 'ran');
});
