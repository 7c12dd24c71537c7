import { Failure } from '@shotwire/failures';
import { traitsOf } from '../../core/formats.ts';
import type { Shot } from './shot.ts';

/** What an encoder takes, in image pixels. Past an edge Chrome answers with an empty image and no error. */
const limits = {
  png: { edge: 65_535, area: 80_000_000 },
  jpeg: { edge: 65_535, area: 80_000_000 },
  webp: { edge: 16_383, area: 80_000_000 },
} as const;

/** Decides what the picture shows: the viewport, or the whole page as it stands now. */
export async function frame(shot: Shot): Promise<void> {
  const { options, room } = shot;
  const { cssLayoutViewport, cssContentSize } = await room.session.send('Page.getLayoutMetrics');
  shot.clip = options.fullPage
    ? {
        x: 0,
        y: 0,
        width: Math.ceil(Math.max(cssContentSize.width, options.width)),
        height: Math.ceil(Math.max(cssContentSize.height, options.height)),
      }
    : { x: cssLayoutViewport.pageX, y: cssLayoutViewport.pageY, width: options.width, height: options.height };

  const format = traitsOf(options.format).word as 'png' | 'jpeg' | 'webp';
  const { edge, area } = limits[format];
  const { width, height } = imageSize(shot);
  if (width > edge || height > edge || width * height > area) {
    const says = `The picture would be ${width} × ${height} pixels; ${format} takes at most ${edge} on a side and ${area / 1_000_000} million in all.`;
    throw new Failure('picture_too_large', { says });
  }
}

/** The size of the picture in image pixels. */
export function imageSize({ clip, options: { deviceScaleFactor: scale } }: Pick<Shot, 'clip' | 'options'>): {
  width: number;
  height: number;
} {
  return { width: clip.width * scale, height: clip.height * scale };
}
