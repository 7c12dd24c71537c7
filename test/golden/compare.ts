import type { Pixels } from './pixels.ts';

/** How alike two pictures must be. */
export interface Tolerance {
  /** A pixel differs when one of its channels does by more than this, 0 to 255. */
  readonly channel: number;
  /** The share of pixels that may differ, 0 to 1. */
  readonly share: number;
}

/** How far two pictures are apart. */
export interface Difference {
  /** The share of pixels that differ, 0 to 1. What only one of the two pictures covers differs. */
  readonly share: number;
  /** How far the channel is apart that is farthest apart. */
  readonly most: number;
  /** Red where they differ, the first picture in pale grey where they do not. */
  readonly picture: Pixels;
}

/** Compares two pictures pixel by pixel. */
export function compare(one: Pixels, other: Pixels, channel: number): Difference {
  const width = Math.max(one.width, other.width);
  const height = Math.max(one.height, other.height);
  const data = Buffer.alloc(width * height * 4, 255);
  let differing = 0;
  let most = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const apart = distance(one, other, x, y);
      most = Math.max(most, apart);
      const at = (y * width + x) * 4;
      if (apart > channel) {
        differing += 1;
        data.writeUInt32BE(0xe00000ff, at);
      } else {
        const from = (y * one.width + x) * 4;
        const grey = ((one.data[from] ?? 0) + (one.data[from + 1] ?? 0) + (one.data[from + 2] ?? 0)) / 3;
        data.fill(200 + grey * 0.2, at, at + 3);
      }
    }
  }
  return { share: differing / (width * height), most, picture: { width, height, data } };
}

function distance(one: Pixels, other: Pixels, x: number, y: number): number {
  if (x >= one.width || x >= other.width || y >= one.height || y >= other.height) return 255;
  const at = (y * one.width + x) * 4;
  const otherAt = (y * other.width + x) * 4;
  let most = 0;
  for (let channel = 0; channel < 4; channel += 1) {
    most = Math.max(most, Math.abs((one.data[at + channel] ?? 0) - (other.data[otherAt + channel] ?? 0)));
  }
  return most;
}
