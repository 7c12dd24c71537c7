import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MediaType } from '@shotwire/contract';
import { type Site, startSite } from '@shotwire/testing';
import type { SomeOptions } from '../../capture.fixture.ts';
import { dress } from './dress.ts';
import { openTestStage } from './shot.fixture.ts';
import type { Step } from './shot.ts';

let site: Site;
let stage: Awaited<ReturnType<typeof openTestStage>>;

before(async () => {
  site = await startSite();
  stage = await openTestStage();
});
after(async () => {
  await stage[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** What a page can tell of what it was made to believe. */
const account = `JSON.stringify({
  agent: [navigator.userAgent, navigator.platform, navigator.languages, navigator.userAgentData.brands, navigator.maxTouchPoints],
  time: [Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.NumberFormat().resolvedOptions().locale],
  media: ['print', '(prefers-color-scheme: dark)', '(prefers-reduced-motion)'].map((query) => matchMedia(query).matches),
  size: [innerWidth, innerHeight, devicePixelRatio, screen.orientation.type],
  style: getComputedStyle(document.documentElement).scrollBehavior + getComputedStyle(document.body).backgroundColor,
  scripts: document.documentElement.id,
})`;

async function accountAfter(options: SomeOptions): Promise<{ during: string; commands: readonly string[] }> {
  const url = `${site.url}/step-csp.html`;
  const visit: Step = async ({ room }) => void (await room.page.goto(url));
  const { seen, commands } = await stage.play(url, options, [dress, visit], ({ room }) => room.page.evaluate(account));
  return { during: seen as string, commands };
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
