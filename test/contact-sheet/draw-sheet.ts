import { sharp } from '../../services/capture/src/sharp.fixture.ts';

const columns = 6;
const tile = { width: 310, height: 220, caption: 34, gap: 10 };

/** Puts pictures on one sheet, each with its caption below; gives it as webp. */
export async function drawSheet(pictures: readonly { body: Buffer; caption: string }[]): Promise<Buffer> {
  const across = tile.width + tile.gap;
  const down = tile.height + tile.caption + tile.gap;
  const width = columns * across + tile.gap;
  const height = Math.ceil(pictures.length / columns) * down + tile.gap;
  const drawn = await Promise.all(
    pictures.map(async ({ body, caption }, at) => {
      const left = tile.gap + (at % columns) * across;
      const top = tile.gap + Math.floor(at / columns) * down;
      const fitted = await sharp(body, { limitInputPixels: false })
        .resize({ ...size, fit: 'inside' })
        .png()
        .toBuffer();
      const { width: ofPicture, height: high } = await sharp(fitted).metadata();
      return [
        { input: chequers, left, top },
        { input: fitted, left: left + Math.floor((tile.width - ofPicture) / 2), top: top + Math.floor((tile.height - high) / 2) },
        { input: captionOf(`${at + 1}  ${caption}`), left, top: top + tile.height },
      ];
    }),
  );
  const paper = sharp({ create: { width, height, channels: 3, background: '#ffffff' } });
  return paper.composite(drawn.flat()).webp({ quality: 82, effort: 6 }).toBuffer();
}

const size = { width: tile.width, height: tile.height };

/** What shows through where a picture is transparent, and beside it. */
const chequers = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${tile.width}" height="${tile.height}"><pattern id="c" width="16" height="16" ` +
    'patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="#eceff1"/><path d="M0 0h8v8h8v8h-8v-8h-8z" fill="#e1e5e8"/></pattern>' +
    '<rect width="100%" height="100%" fill="url(#c)"/></svg>',
);

function captionOf(text: string): Buffer {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${tile.width}" height="${tile.caption}">` +
      `<text x="2" y="20" font-family="sans-serif" font-size="14" fill="#263238">${escaped}</text></svg>`,
  );
}
