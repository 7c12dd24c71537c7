import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAlike } from './assert-alike.ts';
import { compare } from './compare.ts';
import { colourAt, type Pixels } from './pixels.ts';

const grey = (level: number, width = 10, height = 10): Pixels => ({ width, height, data: Buffer.alloc(width * height * 4, level) });

/** Grey, with so many pixels a little brighter. */
function spotted(spots: number, by: number): Pixels {
  const pixels = grey(100);
  for (let spot = 0; spot < spots; spot += 1) pixels.data[spot * 4] = 100 + by;
  return pixels;
}

test('a pixel differs when one channel is further apart than allowed', () => {
  assert.equal(compare(grey(100), spotted(7, 8), 8).share, 0);
  assert.deepEqual([compare(grey(100), spotted(7, 9), 8).share, compare(grey(100), spotted(7, 9), 8).most], [0.07, 9]);
});

test('the picture of the difference is red where they differ', () => {
  const { picture } = compare(grey(100), spotted(1, 50), 8);
  assert.equal(colourAt(picture, 0, 0), '#e00000');
  assert.equal(colourAt(picture, 1, 0), '#dcdcdc');
});

test('what one of the pictures does not cover differs', () => {
  const { share, picture } = compare(grey(100), grey(100, 10, 20), 8);
  assert.equal(share, 0.5);
  assert.equal(picture.height, 20);
});

test('pictures that differ too much are kept with their difference, and the message names the files', async () => {
  const files = ['actual', 'expected', 'difference'].map((role) => `test-of-the-tests.${role}.png`);
  const folder = join(import.meta.dirname, 'failed');
  const name = 'test of the tests';
  await assertAlike(grey(100), spotted(5, 50), { name, tolerance: { channel: 8, share: 0.05 } });
  await assert.rejects(assertAlike(grey(100), spotted(6, 50), { name, tolerance: { channel: 8, share: 0.05 } }), ({ message }: Error) => {
    assert.match(message, /6\.000 % of the pixels differ by more than 8 \(the most by 50\), 5\.000 % may\. See /);
    for (const file of files) assert.ok(message.includes(file));
    return true;
  });
  for (const file of files) {
    assert.ok(existsSync(join(folder, file)));
    await rm(join(folder, file));
  }
});

test('pictures of two sizes are never alike', async () => {
  const tolerance = { channel: 255, share: 1 };
  await assert.rejects(assertAlike(grey(1), grey(1, 11), { name: 'test of two sizes', tolerance }), /10 × 10 pixels and not 11 × 10/);
  for (const role of ['actual', 'expected', 'difference']) await rm(join(import.meta.dirname, `failed/test-of-two-sizes.${role}.png`));
});
