import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MediaType, SameSite, StepAction, WaitUntil } from '@shotwire/contract';
import { type Site, startSite } from '@shotwire/testing';
import { openTestCamera, optionsOf, type SomeOptions } from '../../capture.fixture.ts';
import type { ChromeCamera } from '../open-chrome.ts';
import { readPng } from '../png.fixture.ts';

let site: Site;
let camera: ChromeCamera;

before(async () => {
  site = await startSite();
  camera = await openTestCamera();
});
after(async () => {
  await camera[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
});

/** What one option does to one pixel of one page. */
interface Row {
  option: string;
  page: string;
  options: SomeOptions;
  pixel?: readonly [x: number, y: number];
  /** The colour of the pixel with the option, and without it. */
  with?: string;
  without?: string;
  /** What both pictures have in common. */
  always?: SomeOptions;
}

const red = '#ff0000';
const blue = '#0000ff';
/** A page that is blue when an expression is true in it. */
const facts = (expression: string) => `/step-facts.html?${encodeURIComponent(expression)}`;
const step = (action: StepAction, selector: string, more = {}) => ({ action, selector, ...more });

const rows: readonly Row[] = [
  // Viewport.
  { option: 'width and height', page: facts('innerWidth === 500 && innerHeight === 300'), options: { width: 500, height: 300 } },
  { option: 'device_scale_factor', page: facts('devicePixelRatio === 1.5'), options: { deviceScaleFactor: 1.5 } },
  {
    option: 'is_mobile',
    // A page without a viewport meta tag is laid out as on a desktop, and made small.
    page: facts('new Promise((done) => addEventListener("load", () => done(innerWidth === 980)))'),
    always: { width: 400 },
    options: { isMobile: true },
  },
  { option: 'has_touch', page: facts('navigator.maxTouchPoints > 0'), options: { hasTouch: true } },
  {
    option: 'landscape',
    page: facts('screen.orientation.type.startsWith("landscape") && screen.width === 844'),
    always: { device: 'mobile' },
    options: { landscape: true },
  },
  {
    option: 'device',
    page: facts(
      '/iPhone/.test(navigator.userAgent) && navigator.platform === "iPhone" && !navigator.userAgentData?.brands.length && screen.width === 393',
    ),
    options: { device: 'iPhone 15 Pro' },
  },
  {
    option: 'device, landscape by its name',
    page: facts('/iPhone/.test(navigator.userAgent) && screen.width === 734 && screen.orientation.type.startsWith("landscape")'),
    options: { device: 'iPhone 15 Pro landscape' },
  },
  {
    option: 'device, its client hints',
    page: facts(`navigator.userAgentData.getHighEntropyValues(["platformVersion", "model"]).then((hints) =>
      hints.platform === "Android" && hints.mobile && hints.platformVersion === "10" && navigator.platform.startsWith("Linux arm"))`),
    options: { device: 'mobile' },
  },
  // Look.
  { option: 'dark_mode', page: '/step-look.html', pixel: [10, 10], options: { darkMode: true } },
  { option: 'reduced_motion', page: '/step-look.html', pixel: [10, 110], options: { reducedMotion: true } },
  { option: 'media_type', page: '/step-look.html', pixel: [10, 210], options: { mediaType: MediaType.PRINT } },
  {
    option: 'media_type with dark_mode',
    page: facts('matchMedia("print").matches && matchMedia("(prefers-color-scheme: dark)").matches'),
    options: { mediaType: MediaType.PRINT, darkMode: true },
  },
  { option: 'css', page: '/step-look.html', pixel: [10, 310], options: { css: '#css { background: #00f }' } },
  {
    option: 'css under a strict policy',
    page: '/step-csp.html',
    options: { css: 'body { background: #00f }' },
    without: '#ffffff',
  },
  {
    option: 'css without scripts',
    page: '/step-look.html',
    pixel: [10, 310],
    always: { disableJavascript: true },
    options: { css: '#css { background: #00f }' },
  },
  {
    option: 'css, from the beginning',
    page: facts('getComputedStyle(document.documentElement).paddingTop === "7px"'),
    options: { css: 'html { padding-top: 7px } body { margin: -7px 0 0 }' },
  },
  { option: 'hide_selectors', page: '/step-look.html', pixel: [10, 410], options: { hideSelectors: ['#hide'] }, with: '#ffffff' },
  { option: 'mask_selectors', page: '/step-look.html', pixel: [50, 540], options: { maskSelectors: ['#mask'] }, with: '#000000' },
  {
    option: 'mask_selectors, to the corner of the border',
    page: '/step-look.html',
    pixel: [1, 501],
    options: { maskSelectors: ['#mask'] },
    with: '#000000',
    without: '#ffffff',
  },
  { option: 'disable_animations, one that ends', page: '/step-moving.html', options: { disableAnimations: true } },
  {
    option: 'disable_animations, one without end',
    page: '/step-moving.html',
    pixel: [10, 110],
    always: { delay: 0.7 },
    options: { disableAnimations: true },
  },
  { option: 'disable_animations, a transition', page: '/step-moving.html', pixel: [10, 210], options: { disableAnimations: true } },
  { option: 'disable_animations, one of a script', page: '/step-moving.html', pixel: [10, 310], options: { disableAnimations: true } },
  { option: 'disable_animations, in a shadow tree', page: '/step-moving.html', pixel: [10, 510], options: { disableAnimations: true } },
  { option: 'disable_javascript', page: facts('false'), options: { disableJavascript: true } },
  {
    option: 'bypass_csp',
    page: '/step-csp.html',
    pixel: [10, 100],
    always: { js: 'if (document.documentElement.id === "ran") document.body.style.background = "#00f"' },
    options: { bypassCsp: true },
    without: '#ffffff',
  },
  {
    option: 'timezone',
    page: facts('new Date(0).getHours() === 9 && Intl.DateTimeFormat().resolvedOptions().timeZone === "Asia/Tokyo"'),
    options: { timezone: 'Asia/Tokyo' },
  },
  {
    option: 'locale',
    page: facts(
      'navigator.languages.join() === "de-CH,de" && navigator.language === "de-CH" && (1.5).toLocaleString("de") === "1,5" && Intl.NumberFormat().resolvedOptions().locale === "de-CH"',
    ),
    options: { locale: 'de-CH' },
  },
  {
    option: 'geolocation',
    page: facts(
      'new Promise((done) => navigator.geolocation.getCurrentPosition(({ coords }) => done(coords.latitude === 47.5 && coords.longitude === 8.25), () => done(false)))',
    ),
    options: { geolocation: { latitude: 47.5, longitude: 8.25 } },
    always: { waitForFunction: 'true', delay: 0.3 },
  },
  {
    option: 'geolocation.accuracy',
    page: facts(
      'new Promise((done) => navigator.geolocation.getCurrentPosition(({ coords }) => done(coords.accuracy === 250), () => done(false)))',
    ),
    options: { geolocation: { latitude: 47.5, longitude: 8.25, accuracy: 250 } },
    always: { geolocation: { latitude: 47.5, longitude: 8.25 }, delay: 0.3 },
  },
  {
    option: 'user_agent',
    page: facts(`navigator.userAgent.includes("Chrome/120") && navigator.platform === "Win32" && navigator.userAgentData.platform === "Windows"
      && navigator.userAgentData.brands.some(({ brand, version }) => brand === "Google Chrome" && version === "120")`),
    options: {
      userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    },
  },
  {
    option: 'cookies',
    page: facts('document.cookie === "theme=blue"'),
    options: {
      cookies: [
        { name: 'theme', value: 'blue', sameSite: SameSite.LAX },
        { name: 'unseen', value: '1', httpOnly: true },
      ],
    },
  },
  // Wait.
  { option: 'wait_for_selector, visible', page: '/step-late.html', pixel: [500, 10], options: { waitForSelector: '#late' } },
  { option: 'wait_for_function, an expression', page: '/step-late.html', options: { waitForFunction: 'state.ready' } },
  { option: 'wait_for_function, a function', page: '/step-late.html', options: { waitForFunction: '() => window.state?.ready' } },
  { option: 'delay', page: '/step-late.html', options: { delay: 0.8 } },
  { option: 'stable', page: '/step-moving.html', options: { stable: true } },
  {
    option: 'stable, an image that the page asks for late',
    page: '/step-facts.html',
    always: { js: `document.body.insertAdjacentHTML('afterbegin', '<img width="100" src="/slow?ms=800&to=/block.svg">')` },
    options: { stable: true },
    with: '#00ff00',
  },
  {
    option: 'stable, a font that the page asks for late',
    page: '/step-facts.html',
    always: {
      js: `document.body.insertAdjacentHTML('afterbegin', '<p style="margin: 0; font: 100px/1 square; color: #00f">A</p>');
        const square = new FontFace('square', 'url("/slow?ms=800&to=/golden-square.woff2")');
        document.fonts.add(square);
        void square.load();`,
    },
    options: { stable: true },
  },
  {
    option: 'wait_until, earlier',
    page: `${facts('addEventListener("load", () => document.body.style.background = "#00f")')}#slow`,
    options: { waitUntil: WaitUntil.DOMCONTENTLOADED },
    with: red,
    without: blue,
  },
  {
    option: 'wait_until, later',
    page: facts('setTimeout(() => fetch("/slow?ms=400").then(() => document.body.style.background = "#00f"), 100) && false'),
    options: { waitUntil: WaitUntil.NETWORKIDLE0 },
  },
  {
    option: 'wait_until, with two requests that are left open',
    page: facts(
      'fetch("/hang"), fetch("/hang"), setTimeout(() => fetch("/slow?ms=400").then(() => document.body.style.background = "#00f"), 100) && false',
    ),
    options: { waitUntil: WaitUntil.NETWORKIDLE2 },
  },
  // Interact.
  { option: 'js', page: '/step-form.html', options: { js: 'await Promise.resolve(); document.body.style.background = "#00f"' } },
  { option: 'js that leaves the page', page: '/step-form.html', options: { js: 'location.href = "/step-facts.html?true"' } },
  { option: 'a click', page: '/step-form.html', options: { steps: [step(StepAction.CLICK, '#press')] } },
  { option: 'a click below the fold', page: '/step-form.html', pixel: [10, 790], options: { steps: [step(StepAction.CLICK, '#deep')] } },
  {
    option: 'a click that leads elsewhere',
    page: '/step-form.html',
    options: { steps: [step(StepAction.CLICK, '#away'), step(StepAction.WAIT, '#late')] },
  },
  { option: 'hover', page: '/step-form.html', options: { steps: [step(StepAction.HOVER, '#over')] } },
  { option: 'type', page: '/step-form.html', options: { steps: [step(StepAction.TYPE, '#name', { text: 'Ada' })] } },
  { option: 'press', page: '/step-form.html', options: { steps: [step(StepAction.PRESS, '#name', { key: 'Enter' })] } },
  { option: 'select', page: '/step-form.html', options: { steps: [step(StepAction.SELECT, '#colour', { values: ['blue'] })] } },
  { option: 'scroll', page: '/step-form.html', options: { steps: [step(StepAction.SCROLL, '', { pixels: 600 })] } },
  { option: 'scroll to an element', page: '/step-form.html', options: { steps: [step(StepAction.SCROLL, '#deep')] } },
  { option: 'wait', page: '/step-late.html', options: { steps: [step(StepAction.WAIT, '', { seconds: 0.8 })] } },
];

async function colourAt(page: string, [x, y]: readonly [x: number, y: number], options: SomeOptions): Promise<string> {
  const url = new URL(page, site.url).href;
  const order = { id: 'test', accountId: 'acme', url, options: optionsOf(options) };
  const { artefacts } = await camera.shoot(order, AbortSignal.timeout(30_000));
  return readPng(artefacts[0].body).at(x, y);
}

for (const { option, page, options, pixel = [10, 10] as const, with: expected = blue, without = red, always = {} } of rows) {
  test(`${option} shows in the picture`, async () => {
    const [on, off] = await Promise.all([colourAt(page, pixel, { ...always, ...options } as SomeOptions), colourAt(page, pixel, always)]);
    assert.deepEqual({ with: on, without: off }, { with: expected, without });
  });
}

test('a page is told where it is also at another origin that it was redirected to', async () => {
  const position = facts('new Promise((done) => navigator.geolocation.getCurrentPosition(() => done(true), () => done(false)))');
  await using other = await startSite();
  const page = `/redirect?to=${encodeURIComponent(other.url + position)}`;
  assert.equal(await colourAt(page, [10, 10], { geolocation: { latitude: 47.5, longitude: 8.25 }, delay: 0.3 }), blue);
});
