import { Failure } from '@shotwire/failures';
import type { Size } from './resize.ts';

/** Formats that are made of pixels. */
export type RasterFormat = 'png' | 'jpeg' | 'webp' | 'avif';

/** Image pixels that one picture, all its slices together, may have. Chrome leaves rows white from some 118 million on. */
const MOST_PIXELS = 80_000_000;

/**
 * What an encoder takes, in image pixels. Past its edge Chrome's webp and jpeg come out empty without an error. libvips writes jpeg to
 * 65,500; png has no edge of its own, 200,000 is as far as pages go. AVIF holds the whole picture in memory, some 30 bytes a pixel.
 */
const limits: Readonly<Record<RasterFormat, { edge: number; area: number }>> = {
  png: { edge: 200_000, area: MOST_PIXELS },
  jpeg: { edge: 65_500, area: MOST_PIXELS },
  webp: { edge: 16_383, area: MOST_PIXELS },
  avif: { edge: 16_384, area: 20_000_000 },
};

/** Failure `picture_too_large` when what Chrome would have to draw, in all, is more than may be. */
export function assertDrawable(sizes: readonly Size[]): void {
  const pixels = sizes.reduce((sum, { width, height }) => sum + width * height, 0);
  const [first] = sizes;
  if (pixels <= MOST_PIXELS || !first) return;
  const what =
    sizes.length === 1
      ? `The picture would be ${first.width} × ${first.height} pixels`
      : `The ${sizes.length} slices would have ${Math.ceil(pixels / 1_000_000)} million pixels`;
  throw new Failure('picture_too_large', { says: `${what}; at most ${MOST_PIXELS / 1_000_000} million in all are drawn.` });
}

/** Failure `picture_too_large` when a format does not take a picture of this size; says which and what it takes. */
export function assertEncodable({ width, height }: Size, format: RasterFormat): void {
  const { edge, area } = limits[format];
  if (width <= edge && height <= edge && width * height <= area) return;
  throw new Failure('picture_too_large', {
    says: `The picture would be ${width} × ${height} pixels; ${format} takes at most ${edge} on a side and ${area / 1_000_000} million in all.`,
  });
}
