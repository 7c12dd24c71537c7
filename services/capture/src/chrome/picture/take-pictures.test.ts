import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Fit, SelectorMissing } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { type Site, startSite } from '@shotwire/testing';
import type { Chrome } from '../browser/launch.ts';
import { decode, decodeFirst, launchTestChrome, openPage, type Pixels } from './picture.fixture.ts';

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
const rowColour = (row: number) => [row & 255, (row >> 8) * 16, (row * 37) & 255, 255];

/** The colours of picture-rows.html, at the first and the last pixel row of each hundred. */
function assertRows({ at, height }: Pixels, scale = 1, from = 0): void {
  for (let y = 0; y < height; y += 100 * scale) {
    const row = from / 100 + y / (100 * scale);
    assert.deepEqual(at(5, y), rowColour(row), `at ${y}`);
    assert.deepEqual(at(5, Math.min(y + 100 * scale, height) - 1), rowColour(row), `at the end of the hundred at ${y}`);
  }
}

test('a page of 40,000 pixels is right at every hundred', async () => {
  await using tab = await open('/picture-rows.html');
  const pictures = await tab.shoot({ fullPage: true, scroll: false });
  const pixels = await decodeFirst(pictures);
  assert.deepEqual([pixels.width, pixels.height, pictures.tiles, pictures.pageHeight], [800, 40_000, 1, 40_000]);
  assertRows(pixels);
});

test('one that takes several tiles has exact seams, at twice the pixels too', async () => {
  await using tab = await open('/picture-rows.html?px=22500', { scale: 2 });
  const pictures = await tab.shoot({ fullPage: true, scroll: false });
  const pixels = await decodeFirst(pictures);
  assert.deepEqual([pixels.width, pixels.height, pictures.tiles], [1600, 45_000, 3]);
  assertRows(pixels, 2);
});

test('slices show the page bit by bit, with what they overlap by shown twice', async () => {
  await using tab = await open('/picture-rows.html?px=3000');
  const { images } = await tab.shoot({ fullPage: true, slices: { height: 1_200, overlap: 200 } });
  assert.deepEqual(
    images.map(({ name, height }) => [name, height]),
    [
      ['png', 1_200],
      ['slice-2', 1_200],
      ['slice-3', 1_000],
    ],
  );
  for (const [index, { body }] of images.entries()) assertRows(await decode(body), 1, index * 1_000);
});

test('a clip is exactly the part of the page that was asked for', async () => {
  await using tab = await open('/picture-rows.html?px=3000', { scale: 2 });
  const clip = { x: 100, y: 1_500, width: 200, height: 300 };
  const pixels = await decodeFirst(await tab.shoot({ clip }));
  assert.deepEqual([pixels.width, pixels.height], [400, 600]);
  assertRows(pixels, 2, 1_500);
});

test('max_height cuts off', async () => {
  await using tab = await open('/picture-rows.html?px=3000');
  assert.equal((await decodeFirst(await tab.shoot({ fullPage: true, maxHeight: 1_700 }))).height, 1_700);
});

test('one taking gives all formats, each of its own kind and the same size', async () => {
  await using tab = await open('/picture-rows.html?px=1000');
  const { images, tiles } = await tab.shoot({ fullPage: true }, ['jpeg', 'png', 'webp', 'avif']);
  assert.equal(tiles, 1);
  assert.deepEqual(
    images.map(({ name, mimeType, width, height }) => [name, mimeType, width, height]),
    [
      ['jpeg', 'image/jpeg', 800, 1000],
      ['png', 'image/png', 800, 1000],
      ['webp', 'image/webp', 800, 1000],
      ['avif', 'image/avif', 800, 1000],
    ],
  );
  for (const { body, format } of images) {
    const [red = 0, , blue = 0] = (await decode(body)).at(400, 450);
    assert.ok(Math.abs(red - 4) < 10 && Math.abs(blue - 148) < 10, format);
  }
});

test('less quality is fewer bytes, in each format that has quality', async () => {
  await using tab = await open('/golden-drawn.html');
  for (const format of ['jpeg', 'webp', 'avif'] as const) {
    const bytes = async (quality: number) => (await tab.shoot({ quality }, [format])).images[0]?.body.length ?? 0;
    assert.ok((await bytes(10)) < (await bytes(95)), format);
  }
});

test('webp past its limit is refused, jpeg and webp within it come straight from Chrome', async () => {
  await using tab = await open('/picture-rows.html?px=17000');
  await assert.rejects(
    tab.shoot({ fullPage: true, scroll: false }, ['webp']),
    (thrown) => thrown instanceof Failure && thrown.kind === 'picture_too_large',
  );
  for (const format of ['webp', 'jpeg'] as const) {
    const { images } = await tab.shoot({ fullPage: true, scroll: false, maxHeight: 16_000 }, [format]);
    assert.deepEqual([images[0]?.format, images[0]?.width, images[0]?.height], [format, 800, 16_000]);
  }
});

test('a picture is resized: cover cuts the bottom off, contain pads, fill stretches', async () => {
  await using tab = await open('/picture-rows.html?px=1600');
  const shoot = async (fit: Fit, format: 'png' | 'jpeg' = 'png') =>
    decodeFirst(await tab.shoot({ fullPage: true, imageWidth: 200, imageHeight: 200, fit }, [format]));
  const cover = await shoot(Fit.COVER);
  assert.deepEqual([cover.width, cover.height, cover.at(100, 12)], [200, 200, rowColour(0)]);
  const contain = await shoot(Fit.CONTAIN);
  assert.deepEqual([contain.width, contain.at(10, 100), contain.at(100, 6)], [200, [0, 0, 0, 0], rowColour(0)]);
  assert.deepEqual((await shoot(Fit.CONTAIN, 'jpeg')).at(10, 100), [255, 255, 255, 255]);
  const fill = await shoot(Fit.FILL);
  assert.deepEqual([fill.height, fill.at(5, 193)], [200, rowColour(15)]);
  const one = await decodeFirst(await tab.shoot({ fullPage: true, imageWidth: 400 }));
  assert.deepEqual([one.width, one.height], [400, 800]);
});

test('a selector that fits nothing fails, or gives the viewport when that was asked for', async () => {
  await using tab = await open('/picture-rows.html?px=3000');
  for (const selector of ['#nothing', 'p:::', 'title']) {
    await assert.rejects(tab.shoot({ selector }), (thrown) => thrown instanceof Failure && thrown.kind === 'selector_not_found', selector);
  }
  const pictures = await tab.shoot({ selector: '#nothing', selectorMissing: SelectorMissing.PAGE });
  assert.equal(pictures.fellBackToPage, true);
  assert.equal((await decodeFirst(pictures)).height, 600);
});

test('images that are decoded in their own time are in the picture all the same', async () => {
  await using tab = await open('/plain.html');
  await tab.page.evaluate(`(async () => {
    document.body.innerHTML = '';
    const canvas = new OffscreenCanvas(3000, 2000);
    const context = canvas.getContext('2d');
    context.fillStyle = 'rgb(0, 200, 0)';
    context.fillRect(0, 0, 3000, 2000);
    const source = URL.createObjectURL(await canvas.convertToBlob());
    const image = new Image();
    Object.assign(image, { src: source, decoding: 'async', style: 'position: absolute; inset: 0; width: 800px; height: 600px' });
    document.body.append(image);
    await new Promise((resolve) => { image.onload = resolve; });
  })()`);
  assert.deepEqual((await decodeFirst(await tab.shoot())).at(400, 300), [0, 200, 0, 255]);
});

test('canvas and WebGL are drawn, below the viewport too', async () => {
  await using tab = await open('/picture-drawn.html');
  const { at } = await decodeFirst(await tab.shoot());
  assert.deepEqual(
    [at(100, 100), at(300, 100)],
    [
      [0, 200, 0, 255],
      [0, 0, 255, 255],
    ],
  );
  assert.deepEqual((await decodeFirst(await tab.shoot({ fullPage: true }))).at(100, 2100), [0, 0, 255, 255]);
});

test('without its background a page is transparent where nothing is, and opaque again afterwards', async () => {
  await using tab = await open('/picture-clear.html');
  for (const format of ['png', 'webp', 'avif'] as const) {
    const { at } = await decodeFirst(await tab.shoot({ omitBackground: true }, [format]));
    assert.deepEqual([at(300, 300)[3], at(50, 50)[3]], [0, 255], format);
  }
  assert.deepEqual((await decodeFirst(await tab.shoot({ omitBackground: true, fullPage: true }))).at(300, 300), [0, 0, 0, 0]);
  const both = await tab.shoot({ omitBackground: true }, ['png', 'jpeg']);
  assert.deepEqual((await decode(both.images[1]?.body ?? Buffer.alloc(0))).at(300, 300), [255, 255, 255, 255]);
  assert.deepEqual((await decodeFirst(await tab.shoot())).at(300, 300), [255, 255, 255, 255]);
});

test('twice the pixels are twice the pixels, and the page does not notice the picture', async () => {
  await using tab = await open('/picture-rows.html?px=1000', { scale: 2 });
  const { width, height } = await decodeFirst(await tab.shoot());
  assert.deepEqual([width, height, await tab.page.evaluate('devicePixelRatio')], [1600, 1200, 2]);
});

test('an abort ends it at once with its own reason', async () => {
  await using tab = await open('/picture-growing.html');
  const reason = new Failure('timeout');
  const signal = AbortSignal.timeout(300);
  const aborting = new AbortController();
  signal.addEventListener('abort', () => aborting.abort(reason));
  await assert.rejects(tab.shoot({ fullPage: true, scrollDelay: 5 }, ['png'], aborting.signal), (thrown) => thrown === reason);
});
