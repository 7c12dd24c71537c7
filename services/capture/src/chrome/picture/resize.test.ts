import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Frame, resizeTo } from './resize.ts';

const page = { width: 1000, height: 4000 };
const small = { width: 400, height: 400 };
const size = (width: number, height: number) => ({ width, height });
const frame = (width?: number, height?: number, fit: Frame['fit'] = 'cover'): Frame => ({ width, height, fit });

test('one side takes the other with it, and never enlarges', () => {
  assert.deepEqual(resizeTo(page, frame(500)).final, size(500, 2000));
  assert.deepEqual(resizeTo(page, frame(undefined, 400)).final, size(100, 400));
  assert.deepEqual(resizeTo(page, frame(3000)).final, page);
  assert.deepEqual(resizeTo(page, frame()).final, page);
});

test('cover fills the frame, or the largest of its shape', () => {
  assert.deepEqual(resizeTo(page, frame(500, 300)), { scaled: size(500, 2000), final: size(500, 300) });
  assert.deepEqual(resizeTo(small, frame(800, 600)), { scaled: size(400, 400), final: size(400, 300) });
});

test('contain keeps the frame and does not enlarge what is in it', () => {
  assert.deepEqual(resizeTo(page, frame(500, 400, 'contain')), { scaled: size(100, 400), final: size(500, 400) });
  assert.deepEqual(resizeTo(small, frame(800, 600, 'contain')), { scaled: small, final: size(800, 600) });
});

test('fill is stretched, and no side is ever nothing', () => {
  assert.deepEqual(resizeTo(small, frame(800, 10, 'fill')).final, size(800, 10));
  assert.deepEqual(resizeTo({ width: 1, height: 9000 }, frame(undefined, 10)).final, size(1, 10));
});
