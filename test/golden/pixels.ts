import { sharp } from '../../services/capture/src/sharp.fixture.ts';

/** A picture as it is seen: four bytes a pixel, red, green, blue, alpha, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** A rectangle of a picture, in image pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Decodes an encoded picture of any size. */
export async function decode(body: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(body, { limitInputPixels: false }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Encodes a picture as PNG. */
export function encode({ width, height, data }: Pixels): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** The colour of a pixel as #rrggbb, whatever its alpha. */
export function colourAt({ width, data }: Pixels, x: number, y: number): string {
  const at = (y * width + x) * 4;
  return `#${data.toString('hex', at, at + 3)}`;
}

/** How opaque a pixel is, 0 to 255. */
export function alphaAt({ width, data }: Pixels, x: number, y: number): number {
  return data[(y * width + x) * 4 + 3] ?? 0;
}

/** A part of a picture. */
export function crop({ width, data }: Pixels, box: Box): Pixels {
  const rows = Array.from({ length: box.height }, (_, row) => {
    const from = ((box.y + row) * width + box.x) * 4;
    return data.subarray(from, from + box.width * 4);
  });
  return { width: box.width, height: box.height, data: Buffer.concat(rows) };
}

/** Pictures of one width, put one below the other. */
export function stack(pictures: readonly Pixels[]): Pixels {
  const height = pictures.reduce((sum, picture) => sum + picture.height, 0);
  return { width: pictures[0]?.width ?? 0, height, data: Buffer.concat(pictures.map(({ data }) => data)) };
}

/** The box around all pixels that fit; undefined when none does. */
export function boxOf(pixels: Pixels, fits: (red: number, green: number, blue: number) => boolean): Box | undefined {
  const { width, height, data } = pixels;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let at = 0; at < data.length; at += 4) {
    if (!fits(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0)) continue;
    const x = (at / 4) % width;
    const y = Math.floor(at / 4 / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}
