import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { hashDistance, measure } from './measure.ts';

const signal = AbortSignal.timeout(60_000);
const of = (body: Buffer) => measure({ body, signal });
const even = (background: string, width = 1280, height = 800) => sharp({ create: { width, height, channels: 4, background } });
const drawing = (inner: string, width = 1280, height = 800) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${inner}</svg>`,
    ),
  );
const article =
  '<rect y="40" width="1280" height="120" fill="#336"/><rect x="80" y="220" width="500" height="400" fill="#c84"/><circle cx="900" cy="450" r="180" fill="#2a6"/><text x="80" y="720" font-size="60">An article</text>';
const other =
  '<rect x="700" width="580" height="800" fill="#222"/><circle cx="300" cy="250" r="160" fill="#e33"/><rect x="60" y="560" width="520" height="30" fill="#99c"/>';

test('one colour is blank in every format, and so is nothing at all', async () => {
  for (const colour of ['#ffffff', '#123456', '#00000000']) {
    for (const format of ['png', 'jpeg', 'webp', 'avif'] as const) {
      const { blank, commonShare } = await of(await even(colour).toFormat(format).toBuffer());
      assert.ok(blank && commonShare > 0.99, `${colour} ${format}`);
    }
  }
});

test('a page with a single small word is not blank, however high it is', async () => {
  for (const height of [800, 20_000]) {
    const { blank, commonShare } = await of(
      await drawing('<text x="20" y="30" font-size="14" fill="#777">ok</text>', 1280, height).png().toBuffer(),
    );
    assert.equal(blank, false);
    assert.ok(commonShare > 0.9);
  }
  assert.equal((await of(await drawing('<rect x="600" y="300" width="1" height="12"/>').png().toBuffer())).blank, false, 'a cursor');
});

test('sha256 is that of the bytes', async () => {
  const body = await drawing(article).png().toBuffer();
  assert.equal((await of(body)).sha256, createHash('sha256').update(body).digest('hex'));
});

test('the perceptual hash is near for the same picture in another size and format, far for another picture', async () => {
  const { perceptualHash } = await of(await drawing(article).png().toBuffer());
  assert.match(perceptualHash, /^[0-9a-f]{16}$/);
  for (const again of [
    drawing(article).jpeg({ quality: 40 }),
    drawing(article).webp({ quality: 30 }),
    drawing(article).avif({ quality: 40, effort: 1 }),
    drawing(article).resize(400).png(),
    drawing(article).resize(2000).jpeg(),
  ]) {
    const distance = hashDistance(perceptualHash, (await of(await again.toBuffer())).perceptualHash);
    assert.ok(distance <= 6, `${distance}`);
  }
  const distance = hashDistance(perceptualHash, (await of(await drawing(other).png().toBuffer())).perceptualHash);
  assert.ok(distance >= 15, `${distance}`);
});

test('the distance of two hashes counts bits', () => {
  assert.equal(hashDistance('ffffffffffffffff', '0000000000000000'), 64);
  assert.equal(hashDistance('0000000000000001', '0000000000000003'), 1);
});
