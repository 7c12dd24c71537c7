import { Failure } from '@shotwire/failures';
import { assertDrawable, assertEncodable, type RasterFormat } from './limits.ts';
import { type Frame, resizeTo, type Size } from './resize.ts';

/** A part of the page, in CSS pixels of the page. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** What the page measures. */
export interface Metrics {
  /** All that can be scrolled to, in CSS pixels. */
  readonly content: Size;
  /** What is seen at the top of the page, in CSS pixels. A page without a viewport tag is wider here than a telephone is. */
  readonly viewport: Size;
  /** Image pixels for each CSS pixel. */
  readonly scale: number;
  /** The same on a page that is not shown smaller than it is laid out. */
  readonly deviceScale: number;
}

/** Which part of the page is wanted; the first of these that is given. None of them is the viewport. */
export interface Extent {
  readonly element?: Box | undefined;
  readonly clip?: Box | undefined;
  readonly fullPage?: { readonly maxHeight: number | undefined; readonly slices: Slices | undefined } | undefined;
}

/** How a full page is cut, in CSS pixels. */
export interface Slices {
  readonly height: number;
  readonly overlap: number;
}

/** One picture to take. */
export interface Area {
  /** Which of the slices it is, from 1 on; 1 too when there is nothing else. */
  readonly slice: number;
  /** Boxes from top to bottom, each taken by one call; none: the viewport as it is. */
  readonly tiles: readonly Box[];
}

/** Image pixels that one call takes: a third of what was drawn truly, since a page may be made of several layers of its size. */
const ONE_CALL = 40_000_000;

/** Height of a tile in image pixels, at most. */
const TILE_HEIGHT = 16_000;

/** Pictures of one page. */
const MOST_SLICES = 100;

/**
 * Decides which parts of the page are taken, and in how many calls.
 * Failure `picture_too_large` when one of the formats does not take the picture, or it is too large to be drawn.
 */
export function planAreas({
  metrics,
  extent,
  formats,
  frame,
}: {
  metrics: Metrics;
  extent: Extent;
  formats: readonly RasterFormat[];
  frame: Frame;
}): Area[] {
  const { scale, viewport } = metrics;
  const boxes = boxesOf(extent, metrics);
  const sizes = (boxes ?? [viewport]).map((box) => sizeAt(box, scale));
  assertDrawable(sizes);
  for (const size of sizes) for (const format of formats) assertEncodable(resizeTo(size, frame).final, format);
  if (!boxes) return [{ slice: 1, tiles: [] }];
  return boxes.map((box, index) => ({ slice: index + 1, tiles: tilesOf(box, scale) }));
}

/** The part of the page that a full page shows. */
export function fullPageBox({ content, viewport }: Metrics, maxHeight = Number.POSITIVE_INFINITY): Box {
  const height = Math.min(maxHeight, Math.max(content.height, viewport.height));
  return { x: 0, y: 0, width: Math.max(content.width, viewport.width), height: Math.ceil(height) };
}

/** An element with some of the page around it: never past the page's edges, always whole CSS pixels. */
export function padded(element: Box, padding: number, page: Size): Box {
  const left = Math.max(0, Math.floor(element.x - padding));
  const top = Math.max(0, Math.floor(element.y - padding));
  const right = Math.min(Math.ceil(element.x + element.width + padding), Math.max(page.width, Math.ceil(element.x + element.width)));
  const bottom = Math.min(Math.ceil(element.y + element.height + padding), Math.max(page.height, Math.ceil(element.y + element.height)));
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

function boxesOf({ element, clip, fullPage }: Extent, metrics: Metrics): Box[] | undefined {
  if (element) return [element];
  if (clip) return [clip];
  if (!fullPage) return undefined;
  const box = fullPageBox(metrics, fullPage.maxHeight);
  return fullPage.slices ? slicesOf(box, fullPage.slices) : [box];
}

function slicesOf(box: Box, { height, overlap }: Slices): Box[] {
  const boxes: Box[] = [];
  for (let y = 0; y === 0 || y + overlap < box.height; y += height - overlap) {
    boxes.push({ ...box, y, height: Math.min(height, box.height - y) });
    if (boxes.length > MOST_SLICES) {
      throw new Failure('picture_too_large', { says: `The page is ${box.height} pixels high: more than ${MOST_SLICES} slices.` });
    }
  }
  return boxes;
}

function tilesOf(box: Box, scale: number): Box[] {
  const { width, height } = sizeAt(box, scale);
  if (width * height <= ONE_CALL) return [box];
  // Thousands, so that a tile begins on a whole image pixel at any scale that has three decimals.
  const step = Math.max(1_000, Math.floor(TILE_HEIGHT / scale / 1_000) * 1_000);
  const count = Math.ceil(box.height / step);
  return Array.from({ length: count }, (_, index) => ({
    ...box,
    y: box.y + index * step,
    height: Math.min(step, box.height - index * step),
  }));
}

function sizeAt({ width, height }: Size, scale: number): Size {
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
