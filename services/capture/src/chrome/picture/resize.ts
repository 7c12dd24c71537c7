/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size a picture is to have; a side that is not given follows the other. */
export interface Frame {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly fit: 'cover' | 'contain' | 'fill';
}

/** How a picture comes to its size: scaled first, then cut off or padded to the final size. */
export interface Resize {
  readonly scaled: Size;
  readonly final: Size;
}

/**
 * What becomes of a picture in a frame, in whole pixels. Only `fill` enlarges: `contain` pads, and `cover` gives the largest
 * picture of the frame's shape that the source is enough for.
 */
export function resizeTo(source: Size, { width, height, fit }: Frame): Resize {
  if (width === undefined || height === undefined) {
    const factor = Math.min(1, (width ?? Number.POSITIVE_INFINITY) / source.width, (height ?? Number.POSITIVE_INFINITY) / source.height);
    const scaled = rounded(source, factor);
    return { scaled, final: scaled };
  }
  const frame = { width, height };
  if (fit === 'fill') return { scaled: frame, final: frame };
  if (fit === 'contain') return { scaled: rounded(source, Math.min(1, width / source.width, height / source.height)), final: frame };

  const final = rounded(frame, Math.min(1, source.width / width, source.height / height));
  const factor = Math.max(final.width / source.width, final.height / source.height);
  const scaled = {
    width: Math.max(final.width, Math.round(source.width * factor)),
    height: Math.max(final.height, Math.round(source.height * factor)),
  };
  return { scaled, final };
}

function rounded({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}
