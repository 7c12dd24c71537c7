import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import type { RasterFormat } from './limits.ts';
import { type Extent, type Metrics, padded, planAreas } from './plan.ts';

const noFrame = { width: undefined, height: undefined, fit: 'cover' } as const;
const metrics = (contentHeight: number, scale = 1): Metrics => ({
  content: { width: 1280, height: contentHeight },
  viewport: { width: 1280, height: 800 },
  scale,
  deviceScale: scale,
});
const plan = (of: Metrics, extent: Extent, formats: RasterFormat[] = ['png'], frame: Parameters<typeof planAreas>[0]['frame'] = noFrame) =>
  planAreas({ metrics: of, extent, formats, frame });
const full: Extent = { fullPage: { maxHeight: undefined, slices: undefined } };
const refused = (says: RegExp) => (thrown: unknown) =>
  thrown instanceof Failure && thrown.kind === 'picture_too_large' && says.test(thrown.message);

test('the viewport is taken without a box, a page in one call while that is true', () => {
  assert.deepEqual(plan(metrics(3000), {}), [{ slice: 1, tiles: [] }]);
  assert.deepEqual(plan(metrics(30_000), full), [{ slice: 1, tiles: [{ x: 0, y: 0, width: 1280, height: 30_000 }] }]);
  assert.equal(plan(metrics(500), full)[0]?.tiles[0]?.height, 800);
});

test('a higher page is taken in tiles of whole image pixels that meet each other', () => {
  const [area] = plan(metrics(60_500), full);
  assert.deepEqual(
    area?.tiles.map(({ y, height }) => [y, height]),
    [
      [0, 16_000],
      [16_000, 16_000],
      [32_000, 16_000],
      [48_000, 12_500],
    ],
  );
  const [fine] = plan(metrics(9_000, 2.625), full);
  assert.deepEqual(
    fine?.tiles.map(({ y, height }) => [y, height]),
    [
      [0, 6_000],
      [6_000, 3_000],
    ],
  );
});

test('max_height cuts the page off', () => {
  assert.equal(plan(metrics(5_000), { fullPage: { maxHeight: 1_000, slices: undefined } })[0]?.tiles[0]?.height, 1_000);
});

test('slices overlap, reach to the end of the page', () => {
  const areas = plan(metrics(2_500), { fullPage: { maxHeight: undefined, slices: { height: 1_000, overlap: 100 } } });
  assert.deepEqual(
    areas.map(({ slice, tiles }) => [slice, tiles[0]?.y, tiles[0]?.height]),
    [
      [1, 0, 1_000],
      [2, 900, 1_000],
      [3, 1_800, 700],
    ],
  );
  const exact = plan(metrics(1_900), { fullPage: { maxHeight: undefined, slices: { height: 1_000, overlap: 100 } } });
  assert.equal(exact.length, 2);
});

test('what is too large is refused with its size and the limit', () => {
  assert.throws(() => plan(metrics(17_000), full, ['png', 'webp']), refused(/1280 × 17000 pixels; webp takes at most 16383/));
  assert.throws(() => plan(metrics(16_384, 1), full, ['avif']), refused(/avif takes at most 16384 on a side and 20 million/));
  assert.throws(
    () => plan({ ...metrics(66_000), content: { width: 320, height: 66_000 }, viewport: { width: 320, height: 800 } }, full, ['jpeg']),
    refused(/jpeg takes at most 65500/),
  );
  assert.throws(() => plan(metrics(70_000), full), refused(/1280 × 70000 pixels; at most 80 million/));
  assert.throws(() => plan(metrics(40_000, 2), full), refused(/2560 × 80000 pixels/));
  const slices = (height: number) => ({ fullPage: { maxHeight: undefined, slices: { height, overlap: 0 } } });
  assert.throws(() => plan(metrics(20_000), slices(100)), refused(/more than 100 slices/));
  assert.throws(() => plan(metrics(80_000), slices(1_000)), refused(/80 slices would have 103 million/));
});

test('a format takes what is small enough once it is resized', () => {
  assert.equal(plan(metrics(40_000), full, ['webp'], { width: 320, height: undefined, fit: 'cover' }).length, 1);
});

test('an element is padded up to the edges of the page, in whole pixels', () => {
  assert.deepEqual(padded({ x: 10.4, y: 700, width: 100.2, height: 50 }, 20, { width: 1280, height: 755 }), {
    x: 0,
    y: 680,
    width: 131,
    height: 75,
  });
});
