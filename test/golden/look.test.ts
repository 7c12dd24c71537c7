import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MediaType } from '@shotwire/contract';
import { assertAlike, assertShows } from './assert-alike.ts';
import { openScene, type Scene } from './open-scene.ts';
import { boxOf, colourAt } from './pixels.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene[Symbol.asyncDispose]());

/** The pixels of two pictures of one thing are the same, all of them. */
const same = { channel: 0, share: 0 };

test('canvas, WebGL and SVG filters are painted', async () => {
  const page = await scene.picture('/golden-drawn.html', { width: 400, height: 600 });
  const channels = (x: number, y: number) =>
    colourAt(page, x, y)
      .match(/[0-9a-f]{2}/g)
      ?.map((hex) => Number.parseInt(hex, 16)) ?? [];
  await assertShows(page, 'drawn', () => {
    assert.deepEqual([colourAt(page, 10, 10), colourAt(page, 100, 100), colourAt(page, 160, 100)], ['#008000', '#ffff00', '#008000']);

    const [left = [], right = [], top = []] = [channels(8, 396), channels(190, 396), channels(100, 206)];
    assert.ok((left[0] ?? 0) > 200 && (right[1] ?? 0) > 200 && (top[2] ?? 0) > 200, `the corners are ${left}, ${right} and ${top}`);
    assert.equal(colourAt(page, 10, 220), '#000000');

    // Red within, and half of it where the sharp edge would be.
    const [, within = 0] = channels(100, 500);
    const [, edge = 0] = channels(50, 500);
    assert.ok(within < 40 && edge > 80 && edge < 180, `the blur is ${within} within and ${edge} at the edge`);
    const [red = 0, green = 0] = channels(100, 590);
    assert.ok(green > 100 && red < 50, `red was turned to ${red}, ${green}`);
  });
});

test('a film shows its poster, or else its first frame', async () => {
  const page = await scene.picture('/golden-film.html', { width: 400, height: 300, stable: true });
  await assertShows(page, 'film', () => {
    assert.equal(colourAt(page, 80, 60), '#00ff00');
    const [red = 0, green = 0, blue = 0] =
      colourAt(page, 80, 180)
        .match(/[0-9a-f]{2}/g)
        ?.map((hex) => Number.parseInt(hex, 16)) ?? [];
    const near = [red - 0x20, green - 0x60, blue - 0xe0].every((apart) => Math.abs(apart) < 24);
    assert.ok(near, `the frame is ${red}, ${green}, ${blue}`);
  });
});

test('a page is dark when dark is preferred', async () => {
  for (const [darkMode, colour] of [
    [false, '#ffff00'],
    [true, '#000080'],
  ] as const) {
    const page = await scene.picture('/dark.html', { darkMode });
    await assertShows(page, `dark ${darkMode}`, () => assert.equal(colourAt(page, 640, 400), colour));
  }
});

test('a page is shown as it is printed', async () => {
  for (const [mediaType, back, block] of [
    [MediaType.SCREEN, '#ffff00', '#ff0000'],
    [MediaType.PRINT, '#00ff00', '#00ff00'],
  ] as const) {
    const page = await scene.picture('/golden-medium.html', { mediaType });
    await assertShows(page, `medium ${mediaType}`, () =>
      assert.deepEqual([colourAt(page, 640, 400), colourAt(page, 100, 100)], [back, block]),
    );
  }
});

test('what moves stands still: at its beginning when it goes on for ever, else at its end', async () => {
  const options = { width: 800, height: 500, disableAnimations: true };
  const first = await scene.picture('/golden-motion.html', options);
  // Many, since what the compositor moves may be off by a frame in one of a dozen.
  for (let n = 1; n <= 16; n += 1)
    await assertAlike(await scene.picture('/golden-motion.html', { ...options, delay: n / 20 }), first, {
      name: 'motion',
      tolerance: same,
    });
  await assertShows(first, 'motion', () => {
    assert.deepEqual(
      boxOf(first, (red, green, blue) => red === 0 && green === 128 && blue === 0),
      { x: 600, y: 150, width: 100, height: 100 },
    );
    assert.deepEqual(
      boxOf(first, (red, green, blue) => red === 255 && green === 128 && blue === 0),
      { x: 200, y: 300, width: 100, height: 100 },
    );
    assert.notEqual(colourAt(first, 0, 50), '#ffffff');
    assert.equal(colourAt(first, 101, 50), '#ffffff');
  });
});

test('an iPhone 15 Pro has three image pixels for each CSS pixel, and they are used', async () => {
  const page = await scene.picture('/golden-sharp.html', { device: 'iPhone 15 Pro' });
  await assertShows(page, 'device', () => {
    assert.deepEqual([page.width, page.height], [393 * 3, 659 * 3]);
    assert.deepEqual(
      boxOf(page, (red, green, blue) => red + green + blue < 300),
      { x: 0, y: 30, width: 1179, height: 1 },
    );
    assert.equal(colourAt(page, 500, 500), '#ffff00');
  });
});

test('a page says the time and the numbers of the place that was asked for', async () => {
  const options = { width: 600, height: 300 };
  const says = '15.1.2024, 13:00:00\n1.234.567,89\nde-DE';
  const page = await scene.picture('/golden-place.html', { ...options, timezone: 'Europe/Berlin', locale: 'de-DE' });
  const expected = await scene.picture(`/golden-place.html?${new URLSearchParams({ says })}`, options);
  await assertAlike(page, expected, { name: 'place', tolerance: same });
});
