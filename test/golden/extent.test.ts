import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertShows } from './assert-alike.ts';
import { openScene, type Scene } from './open-scene.ts';
import { alphaAt, colourAt, type Pixels } from './pixels.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene[Symbol.asyncDispose]());

/** The colours of a column, from top to bottom, each with the height it goes on for. */
function bands(pixels: Pixels, x: number): [colour: string, height: number][] {
  const found: [string, number][] = [];
  for (let y = 0; y < pixels.height; y += 1) {
    const colour = colourAt(pixels, x, y);
    const last = found.at(-1);
    if (last?.[0] === colour) last[1] += 1;
    else found.push([colour, 1]);
  }
  return found;
}

test('what loads late is on a full page: loading=lazy, and what a script loads when it is seen', async () => {
  const page = await scene.picture('/golden-lazy.html', { width: 600, fullPage: true });
  await assertShows(page, 'lazy images', () => {
    assert.deepEqual([page.width, page.height], [600, 8000]);
    for (let section = 0; section < 20; section += 1) {
      const y = section * 400 + 150;
      assert.deepEqual([section, colourAt(page, 100, y), colourAt(page, 300, y)], [section, '#00ff00', '#0000ff']);
    }
  });
});

test('fixed and sticky bars are on a full page once, where they belong', async () => {
  const page = await scene.picture('/golden-sticky.html', { width: 600, fullPage: true });
  await assertShows(page, 'sticky bars', () => {
    const found = bands(page, 300);
    assert.deepEqual(found.slice(0, 3), [
      ['#0000ff', 40],
      ['#ffff00', 260],
      ['#ff0000', 60],
    ]);
    assert.deepEqual(found.at(-1), ['#00ff00', 30]);
    assert.deepEqual(found.filter(([colour]) => ['#0000ff', '#ff0000', '#00ff00'].includes(colour)).length, 3);
    assert.equal(page.height, 5000);
  });
});

test('a page of 40,000 pixels is right at every hundred of them', async () => {
  // Wide enough to be more than Chrome paints in one call.
  const page = await scene.picture('/picture-rows.html?px=40000', { width: 1100, fullPage: true });
  await assertShows(page, '40,000 pixels', () => {
    assert.deepEqual([page.width, page.height], [1100, 40_000]);
    const hex = (level: number) => level.toString(16).padStart(2, '0');
    const expected = Array.from({ length: 400 }, (_, row) => [`#${hex(row & 255)}${hex((row >> 8) * 16)}${hex((row * 37) & 255)}`, 100]);
    assert.deepEqual(bands(page, 550), expected);
    assert.deepEqual(bands(page, 1099), expected);
  });
});

test('sections as high as the viewport stay so on a full page, also with two image pixels for each', async () => {
  const page = await scene.picture('/golden-sections.html', { width: 500, height: 700, fullPage: true, deviceScaleFactor: 2 });
  await assertShows(page, 'sections', () => {
    assert.equal(page.width, 1000);
    assert.deepEqual(bands(page, 500), [
      ['#ff0000', 1400],
      ['#00ff00', 1400],
      ['#0000ff', 1400],
    ]);
  });
});

test('an element comes alone, with as much of the page around it as was asked for', async () => {
  const element = await scene.picture('/golden-element.html', { selector: '#box', selectorPadding: 10 });
  await assertShows(element, 'element', () => {
    assert.deepEqual([element.width, element.height], [320, 220]);
    assert.deepEqual(bands(element, 160), [
      ['#ffff00', 10],
      ['#0000ff', 200],
      ['#ffff00', 10],
    ]);
    assert.deepEqual([colourAt(element, 9, 110), colourAt(element, 10, 110)], ['#ffff00', '#0000ff']);
    assert.deepEqual([colourAt(element, 309, 110), colourAt(element, 310, 110)], ['#0000ff', '#ffff00']);
  });
});

test('an element that begins between two pixels is there as a whole', async () => {
  const element = await scene.picture('/golden-element.html', { selector: '#odd' });
  await assertShows(element, 'odd element', () => {
    assert.deepEqual([element.width, element.height], [100, 51]);
    assert.equal(colourAt(element, 50, 25), '#ff0000');
  });
});

test('a page without a background of its own is transparent when that is asked for, and white when not', async () => {
  const clear = await scene.picture('/golden-bare.html', { width: 500, height: 700, omitBackground: true });
  await assertShows(clear, 'transparent', () => {
    assert.deepEqual([alphaAt(clear, 10, 10), alphaAt(clear, 490, 690)], [0, 0]);
    assert.deepEqual([alphaAt(clear, 200, 200), colourAt(clear, 200, 200)], [255, '#ff0000']);
    assert.deepEqual([alphaAt(clear, 200, 500), colourAt(clear, 200, 500)], [128, '#0000ff']);
  });
  const white = await scene.picture('/golden-bare.html', { width: 500, height: 700 });
  await assertShows(white, 'not transparent', () => {
    assert.deepEqual([alphaAt(white, 10, 10), colourAt(white, 10, 10)], [255, '#ffffff']);
    // Half blue over white.
    assert.equal(colourAt(white, 200, 500), '#7f7fff');
  });
});
