import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sticky } from '@shotwire/contract';
import { type Site, startSite } from '@shotwire/testing';
import type { Chrome } from '../browser/launch.ts';
import { decodeFirst, launchTestChrome, openPage } from './picture.fixture.ts';

let chrome: Chrome;
let site: Site;

before(async () => {
  site = await startSite();
  chrome = await launchTestChrome();
});

after(async () => {
  await chrome?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const open = (path: string, viewport?: Parameters<typeof openPage>[2]) => openPage(chrome, `${site.url}${path}`, viewport);
const red = [255, 0, 0, 255];
const green = [0, 255, 0, 255];
const blue = [0, 0, 255, 255];
const white = [255, 255, 255, 255];
const cyan = [0, 255, 255, 255];
const magenta = [255, 0, 255, 255];
const yellow = [255, 255, 0, 255];

test('sections as high as the viewport stay so, and the page sees no other viewport', async () => {
  await using tab = await open('/picture-vh.html');
  const { at, height } = await decodeFirst(await tab.shoot({ fullPage: true }));
  assert.deepEqual([height, at(5, 5), at(5, 599), at(5, 600), at(5, 3599)], [3600, red, red, blue, blue]);
  // Chrome may have shown it another one for a moment, but none of its scripts could act on that.
  assert.equal(await tab.page.evaluate('seen.has("1x1") || seen.has("hero 1")'), false);
});

test('fixed elements are shown once: those of the lower half at the end of the picture, the others at its top', async () => {
  await using tab = await open('/picture-sticky.html');
  const { at, height } = await decodeFirst(await tab.shoot({ fullPage: true }));
  assert.equal(height, 2970);
  assert.deepEqual([at(400, 10), at(400, 49), at(10, 300)], [red, red, magenta], 'header and sidebar at the top');
  assert.deepEqual([at(400, height - 41), at(400, height - 40), at(400, height - 1)], [white, blue, blue], 'footer at the end');
  assert.deepEqual([at(760, height - 61), at(760, height - 121), at(760, 500)], [green, white, white], 'chat above it');
  assert.deepEqual(
    [at(400, 50), at(400, 79), at(400, 80), at(400, 1050), at(400, 1080)],
    [cyan, cyan, white, cyan, white],
    'headings in flow',
  );
  assert.deepEqual([at(400, 590), at(400, 2550), at(400, 2570)], [white, [128, 128, 128, 255], white], 'what sticks to the bottom in flow');
  assert.deepEqual(at(100, 2575), yellow, 'head of the table');
  for (let y = 600; y < height - 40; y += 10) assert.notDeepEqual(at(400, y), red);
});

test('sticky elements stay as Chrome has them, or are not shown', async () => {
  await using tab = await open('/picture-sticky.html');
  const keep = await decodeFirst(await tab.shoot({ fullPage: true, sticky: Sticky.KEEP }));
  assert.deepEqual([keep.at(400, 10), keep.at(400, 590), keep.at(400, keep.height - 1)], [red, blue, white]);
  const hide = await decodeFirst(await tab.shoot({ fullPage: true, sticky: Sticky.HIDE }));
  assert.deepEqual(
    [hide.at(400, 10), hide.at(10, 300), hide.at(400, 590), hide.at(400, 60), hide.height],
    [white, white, white, white, 2970],
  );
  assert.deepEqual(hide.at(100, 2575), yellow, 'the head of a table is part of it');
});

test('lazy images, what a script shows when it comes into view, and what Chrome left out are there', async () => {
  await using tab = await open('/picture-lazy.html');
  const pictures = await tab.shoot({ fullPage: true });
  const { at } = await decodeFirst(pictures);
  const block = at(10, 2010);
  assert.notDeepEqual(block, white, 'loading=lazy');
  assert.deepEqual([at(10, 3010), at(10, 4010), at(10, 5010)], [block, magenta, blue]);
  assert.deepEqual(pictures.scrolled, { scroller: 'document', ended: 'bottom', pixels: 6000 });
});

test('scrolling ends with its budget in pixels or in time', async () => {
  await using tab = await open('/picture-lazy.html');
  assert.deepEqual((await tab.shoot({ fullPage: true, scrollPixels: 2_000 })).scrolled, {
    scroller: 'document',
    ended: 'pixels',
    pixels: 2_220,
  });
  const { scrolled } = await tab.shoot({ fullPage: true, scrollTime: 0.3, scrollStep: 50 });
  assert.equal(scrolled?.ended, 'time');
  assert.ok(scrolled.pixels < 2_000);
});

/** Where the page is scrolled to, and when, from now on. */
async function stopsOf({ page }: Awaited<ReturnType<typeof open>>) {
  await page.evaluate('globalThis.stops = []; addEventListener("scroll", () => stops.push({ y: scrollY, at: performance.now() }))');
  return async () => ((await page.evaluate('stops')) as { y: number; at: number }[]).filter(({ y }) => y > 0);
}

test('where scroll is false neither the page nor a high element is scrolled through; an element comes into view all the same', async () => {
  await using tab = await open('/picture-lazy.html');
  const stops = await stopsOf(tab);
  const page = await tab.shoot({ fullPage: true, scroll: false });
  assert.deepEqual([(await decodeFirst(page)).height, page.scrolled, await stops()], [6000, undefined, []]);
  assert.equal((await decodeFirst(await tab.shoot({ selector: 'body', scroll: false }))).height, 6000);
  assert.ok(
    (await stops()).every(({ y }) => y < 3_000),
    'no further than to its middle',
  );
  await tab.shoot({ selector: 'body' });
  assert.ok(
    (await stops()).some(({ y }) => y > 5_000),
    'to its end',
  );
});

test('scrolling goes in steps of the length that was asked for, and rests at each as long as was asked for', async () => {
  await using tab = await open('/picture-lazy.html');
  const stops = await stopsOf(tab);
  await tab.shoot({ fullPage: true, scrollStep: 1_000, scrollDelay: 0.3, scrollPixels: 3_000 });
  const [first, second, third] = await stops();
  assert.deepEqual([first?.y, second?.y, third?.y], [1_000, 2_000, 3_000]);
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 290);
});

test('a page that grows is taken as it is when scrolling has ended', async () => {
  await using tab = await open('/picture-growing.html?most=4');
  const pictures = await tab.shoot({ fullPage: true });
  assert.deepEqual([pictures.scrolled?.ended, (await decodeFirst(pictures)).height], ['bottom', 4004]);
  await using endless = await open('/picture-growing.html');
  const cut = await endless.shoot({ fullPage: true, scrollPixels: 3_000 });
  assert.equal(cut.scrolled?.ended, 'pixels');
  assert.ok((await decodeFirst(cut)).height >= 3_000);
});

test('an app whose inner part scrolls is shown with all of it', async () => {
  await using tab = await open('/picture-shell.html');
  const pictures = await tab.shoot({ fullPage: true });
  const { at, height } = await decodeFirst(pictures);
  assert.equal(pictures.scrolled?.scroller, 'element');
  assert.deepEqual(
    [height, at(400, 10), at(400, 2549), at(400, 2551), at(400, 3060), at(400, 3940)],
    [3950, red, white, blue, magenta, yellow],
  );
  assert.deepEqual(at(50, 3900), green, 'the menu beside it grows with it');
});

test('an element of that inner part is taken whole', async () => {
  await using tab = await open('/picture-shell.html');
  const { at, width, height } = await decodeFirst(await tab.shoot({ selector: '#card' }));
  assert.deepEqual([width, height, at(10, 10), at(10, 890)], [700, 900, magenta, yellow]);
});

test('backgrounds that are fixed to the viewport fill the picture', async () => {
  await using tab = await open('/picture-background.html');
  const { at } = await decodeFirst(await tab.shoot({ fullPage: true }));
  assert.deepEqual([at(10, 10), at(10, 2990)], [yellow, yellow]);
  const [top = [], middle = [], end = []] = [at(600, 1), at(600, 1500), at(600, 2998)];
  assert.ok((top[0] ?? 0) > 250 && Math.abs((middle[0] ?? 0) - 128) < 5 && (end[2] ?? 0) > 250, `${top} ${middle} ${end}`);
});

test('an element is taken with its border and the padding around it, without the header that lies over the viewport', async () => {
  await using tab = await open('/picture-parts.html');
  const plain = await decodeFirst(await tab.shoot({ selector: '#card' }));
  assert.deepEqual([plain.width, plain.height, plain.at(0, 0), plain.at(15, 15), plain.at(219, 119)], [220, 120, green, blue, green]);
  const padded = await decodeFirst(await tab.shoot({ selector: '#card', selectorPadding: 30 }));
  assert.deepEqual([padded.width, padded.height, padded.at(29, 29), padded.at(30, 30)], [280, 180, white, green]);
});

test('of several the first visible one; a turned one with the box it takes; one that is higher than the viewport whole', async () => {
  await using tab = await open('/picture-parts.html');
  assert.equal((await decodeFirst(await tab.shoot({ selector: '.second' }))).width, 220);
  const turned = await decodeFirst(await tab.shoot({ selector: '#turned' }));
  assert.deepEqual([turned.width, turned.height, turned.at(10, 50)], [20, 100, magenta]);
  const tall = await decodeFirst(await tab.shoot({ selector: '#tall' }));
  assert.deepEqual([tall.height, tall.at(10, 899), tall.at(10, 900), tall.at(10, 1799)], [1800, cyan, yellow, yellow]);
  for (const selector of ['.none', '.gone', '.flat']) await assert.rejects(tab.shoot({ selector }), /Nothing on the page fits/, selector);
});

test('a telephone sees a page without a viewport tag smaller, in full as in the viewport', async () => {
  await using tab = await open('/picture-parts.html', { width: 390, height: 844, scale: 3, mobile: true });
  const viewport = await decodeFirst(await tab.shoot());
  const full = await decodeFirst(await tab.shoot({ fullPage: true }));
  assert.deepEqual([viewport.width, viewport.height, full.width], [1170, 2532, 1170]);
  assert.deepEqual(full.at(600, 10), red);
});

test('a page that goes to itself a few times is taken all the same', async () => {
  await using tab = await open('/picture-restless.html');
  assert.equal((await decodeFirst(await tab.shoot({ fullPage: true }))).height, 5000);
});

test('a page whose policy forbids scripts and styles, and one that may run none, are composed like any other', async () => {
  await using tab = await open('/picture-strict.html');
  await using silent = await open('/plain.html');
  await silent.page.setJavaScriptEnabled(false);
  await silent.page.goto(`${site.url}/picture-strict.html`, { timeout: 20_000 });
  for (const { shoot } of [tab, silent]) {
    const { at, height } = await decodeFirst(await shoot({ fullPage: true }));
    assert.deepEqual([height, at(5, 3050), at(5, 3099), at(5, 599)], [3100, blue, red, white]);
  }
});
