import type { Reader } from '../read.ts';

/** A part of the page, as `x,y,width,height` in CSS pixels. */
export const readClip: Reader<Record<string, number>> = (sent) => {
  const [x, y, width, height, ...more] = typeof sent === 'string' ? sent.split(',').map(Number) : [];
  const clip = { x, y, width, height };
  return more.length === 0 && Object.values(clip).every((one) => Number.isFinite(one))
    ? { value: clip as Record<string, number> }
    : { problem: 'must be x,y,width,height' };
};
