import { orAborted } from '@shotwire/deadlines';
import sharp, { type Sharp } from 'sharp';
import type { RasterFormat } from './limits.ts';
import { type Frame, resizeTo, type Size } from './resize.ts';

// libvips would take a thread for each core, and keep what it has decoded: all of that is Chrome's here.
sharp.concurrency(1);
sharp.cache(false);

/** An encoded picture. */
export interface Encoded extends Size {
  readonly body: Buffer;
}

/** AVIF at effort 1 takes 0.18 s of CPU a million pixels; at effort 4 it takes seven times that for a sixth less. */
const AVIF_EFFORT = 1;

/** After this libvips gives up, whoever waits for it: it cannot be told to stop. */
const TIMEOUT_S = 60;

const MOST_INPUT_PIXELS = 90_000_000;

interface EncodeParts {
  /** PNGs of one width, to be put below each other. */
  tiles: readonly Buffer[];
  format: RasterFormat;
  quality: number;
  frame: Frame;
  signal: AbortSignal;
}

/** Puts tiles together, resizes and encodes them, a few rows at a time. What is transparent becomes white where the format cannot be. */
export async function encode({ tiles, format, quality, frame, signal }: EncodeParts): Promise<Encoded> {
  const source = sizeOfTiles(tiles);
  const resized = isResized(frame) ? resizeTo(source, frame) : undefined;
  let picture = join(tiles, source);
  if (format === 'jpeg') picture = picture.flatten({ background: 'white' });
  if (resized) {
    const { scaled, final } = resized;
    picture = picture.resize({ ...scaled, fit: 'fill' });
    // The top of a page is what people know it by.
    const cut = { width: Math.min(scaled.width, final.width), height: Math.min(scaled.height, final.height) };
    picture = picture.extract({ left: Math.floor((scaled.width - cut.width) / 2), top: 0, ...cut });
    picture = picture.extend({ ...padding(cut, final), background: format === 'jpeg' ? 'white' : { r: 0, g: 0, b: 0, alpha: 0 } });
  }
  const encoded = encoders[format](picture.timeout({ seconds: TIMEOUT_S }), quality);
  const { data, info } = await orAborted(encoded.toBuffer({ resolveWithObject: true }), signal);
  return { body: data, width: info.width, height: info.height };
}

/** Whether a frame asks for anything. */
export function isResized({ width, height }: Frame): boolean {
  return width !== undefined || height !== undefined;
}

/** The size of an encoded picture, from its header. */
export async function sizeOf(body: Buffer): Promise<Size> {
  const { width, height } = await sharp(body, { limitInputPixels: MOST_INPUT_PIXELS }).metadata();
  return { width, height };
}

const encoders: Readonly<Record<RasterFormat, (picture: Sharp, quality: number) => Sharp>> = {
  png: (picture) => picture.png(),
  // Optimised coding would hold the whole picture in memory.
  jpeg: (picture, quality) => picture.jpeg({ quality, optimiseCoding: false }),
  webp: (picture, quality) => picture.webp({ quality }),
  avif: (picture, quality) => picture.avif({ quality, effort: AVIF_EFFORT }),
};

function join(tiles: readonly Buffer[], { width, height }: Size): Sharp {
  const limits = { limitInputPixels: MOST_INPUT_PIXELS };
  const [only] = tiles;
  if (tiles.length === 1 && only) return sharp(only, limits);
  // A join makes all of its rows as high as the highest, and the last tile is lower.
  return sharp([...tiles], { ...limits, join: { across: 1 } }).extract({ left: 0, top: 0, width, height });
}

function padding(from: Size, to: Size) {
  const left = Math.floor((to.width - from.width) / 2);
  const top = Math.floor((to.height - from.height) / 2);
  return { left, right: to.width - from.width - left, top, bottom: to.height - from.height - top };
}

function sizeOfTiles(tiles: readonly Buffer[]): Size {
  const sizes = tiles.map(sizeOfPng);
  return { width: Math.max(...sizes.map(({ width }) => width)), height: sizes.reduce((sum, { height }) => sum + height, 0) };
}

/** PNG begins with its signature, then its header: width and height are the first of it. */
function sizeOfPng(body: Buffer): Size {
  return { width: body.readUInt32BE(16), height: body.readUInt32BE(20) };
}
