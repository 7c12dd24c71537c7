import { createHash } from 'node:crypto';
import { orAborted } from '@shotwire/deadlines';
import sharp from 'sharp';

/** What can be said of a picture without looking at it. */
export interface Measures {
  /** All of it is one colour. */
  readonly blank: boolean;
  /** The share of it, 0 to 1, that has its most common colour. */
  readonly commonShare: number;
  /** How many colours it has, looked at in squares of 16 pixels. */
  readonly colours: number;
  /** Of its bytes, in hex. */
  readonly sha256: string;
  /** 64 bits in hex: the fewer of them differ, the more two pictures look alike, whatever their size and format. */
  readonly perceptualHash: string;
}

/** Image pixels on a side of the squares that are looked at: in one of them a single black pixel on white still changes the average. */
const SQUARE = 16;

/** What a lossy format makes of one colour. */
const NOISE = 2;

/** Measures a picture. Costs a decoding of it. */
export async function measure({ body, signal }: { body: Buffer; signal: AbortSignal }): Promise<Measures> {
  const input = sharp(body, { limitInputPixels: 90_000_000 });
  const { width, height } = await orAborted(input.metadata(), signal);
  const small = { width: Math.max(9, Math.round(width / SQUARE)), height: Math.max(8, Math.round(height / SQUARE)) };
  const shrunk = input
    .ensureAlpha()
    .resize({ ...small, fit: 'fill', kernel: 'linear' })
    .raw()
    .timeout({ seconds: 30 });
  const { data, info } = await orAborted(shrunk.toBuffer({ resolveWithObject: true }), signal);
  return { ...colours(data), sha256: createHash('sha256').update(body).digest('hex'), perceptualHash: differenceHash(data, info) };
}

/** How many bits of two perceptual hashes differ, 0 to 64. */
export function hashDistance(one: string, other: string): number {
  let bits = BigInt(`0x${one}`) ^ BigInt(`0x${other}`);
  let count = 0;
  for (; bits > 0n; bits &= bits - 1n) count += 1;
  return count;
}

function colours(rgba: Buffer): Pick<Measures, 'blank' | 'commonShare' | 'colours'> {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgba.length; at += 4) {
    const colour = rgba.readUInt32BE(at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const [[common, count] = [0, 0]] = [...counts].sort(([, one], [, other]) => other - one);
  const channels = (colour: number) => [colour >>> 24, (colour >>> 16) & 255, (colour >>> 8) & 255, colour & 255];
  const expected = channels(common);
  const isCommon = (colour: number) => channels(colour).every((value, index) => Math.abs(value - (expected[index] ?? 0)) <= NOISE);
  return { blank: [...counts.keys()].every(isCommon), commonShare: count / (rgba.length / 4), colours: counts.size };
}

/** Nine by eight averages of grey; a bit says whether the one to the right is brighter. */
function differenceHash(rgba: Buffer, { width, height }: { width: number; height: number }): string {
  const sums = new Float64Array(72);
  const counts = new Float64Array(72);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const cell = Math.floor((y * 8) / height) * 9 + Math.floor((x * 9) / width);
      const alpha = (rgba[at + 3] ?? 0) / 255;
      const grey = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
      sums[cell] = (sums[cell] ?? 0) + grey * alpha + 255 * (1 - alpha);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  const grey = sums.map((sum, cell) => sum / (counts[cell] ?? 1));
  let hash = 0n;
  for (let row = 0; row < 8; row += 1) {
    for (let column = 0; column < 8; column += 1) {
      const left = grey[row * 9 + column] ?? 0;
      const right = grey[row * 9 + column + 1] ?? 0;
      // Less than half a grey is noise of the format: an even stretch is the same in all of them.
      hash = (hash << 1n) | (right - left > 0.5 ? 1n : 0n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
