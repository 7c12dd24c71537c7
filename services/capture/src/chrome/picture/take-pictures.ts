import type { Page } from 'puppeteer';
import { keepCalm } from './calm.ts';
import { composePage, fullPageExtent, isBeyondViewport } from './compose-page.ts';
import { type Encoded, encode, isResized, sizeOf } from './encode.ts';
import type { RasterFormat } from './limits.ts';
import { frameOf, type PictureOptions } from './picture-options.ts';
import { type Area, type Extent, type Metrics, planAreas } from './plan.ts';
import type { Scrolled } from './scroll-through.ts';
import { sessionOf } from './session.ts';
import { take } from './take.ts';

/** One image of one format. */
export interface Image extends Encoded {
  /** The format; from the second slice on `slice-2`, and `slice-2-jpeg` when jpeg is not the first format. */
  readonly name: string;
  readonly format: RasterFormat;
  readonly mimeType: string;
}

/** What was taken. */
export interface Pictures {
  /** Slice by slice; of each the formats in the order that they were asked for. */
  readonly images: readonly Image[];
  /** Height of the page in CSS pixels. */
  readonly pageHeight: number;
  /** How many calls to Chrome it took. */
  readonly tiles: number;
  readonly scrolled: Scrolled | undefined;
  /** The selector was missing, and the page was taken instead. */
  readonly fellBackToPage: boolean;
  /** The time of the page was over before all of it had been in view and come to rest. */
  readonly cutShort: boolean;
}

interface PictureParts {
  page: Page;
  options: PictureOptions;
  formats: readonly RasterFormat[];
  signal: AbortSignal;
  /** The time of the page: what has not come into view by its end is taken as it is. */
  pageSignal: AbortSignal;
  /** Called when Chrome has given all pixels of a slice, before it is encoded. */
  onPixels?: () => void;
}

/**
 * Takes the pictures that the options ask for of a page that has loaded and settled. The page's viewport stays as it is; what it
 * was scrolled to, and elements that stick to the viewport, do not. Failures: `selector_not_found`, `picture_too_large`,
 * `browser_lost` when Chrome does not answer.
 */
export async function takePictures(parts: PictureParts): Promise<Pictures> {
  return isBeyondViewport(parts.options) ? takeComposed(parts) : takeViewport(parts);
}

async function takeViewport(parts: PictureParts): Promise<Pictures> {
  const { width = 0, height = 0, deviceScaleFactor = 1 } = parts.page.viewport() ?? {};
  const size = { width, height };
  const metrics = { content: size, viewport: size, scale: deviceScaleFactor, deviceScale: deviceScaleFactor };
  const areas = planAreas({ ...parts, metrics, extent: {}, frame: frameOf(parts.options) });
  const [images, { content }] = await Promise.all([takeAreas({ ...parts, metrics, areas }), metricsOf(parts)]);
  return { images, pageHeight: content.height, tiles: 1, scrolled: undefined, fellBackToPage: false, cutShort: false };
}

async function takeComposed(parts: PictureParts): Promise<Pictures> {
  const { page, options, formats, signal, pageSignal } = parts;
  const metricsNow = () => metricsOf(parts);
  const planNow = async (extent: Extent) => {
    const metrics = await metricsNow();
    return { metrics, areas: planAreas({ metrics, extent, formats, frame: frameOf(options) }) };
  };
  // What is too large already is not scrolled through first.
  if (options.fullPage) await planNow(fullPageExtent(options));
  const { extent, scrolled, fellBackToPage } = await composePage({ session: sessionOf(page), options, metricsNow, signal, pageSignal });
  const cutShort = pageSignal.aborted;
  const { metrics, areas } = await planNow(extent);
  const images = await takeAreas({ ...parts, metrics, areas });
  const tiles = areas.reduce((sum, area) => sum + Math.max(1, area.tiles.length), 0);
  return { images, pageHeight: metrics.content.height, tiles, scrolled, fellBackToPage, cutShort };
}

async function takeAreas({ areas, ...parts }: PictureParts & { metrics: Metrics; areas: readonly Area[] }): Promise<Image[]> {
  const { page, options, formats } = parts;
  const session = sessionOf(page);
  const transparent = options.omitBackground && formats.some((format) => format !== 'jpeg');
  if (transparent) await session.send('Emulation.setDefaultBackgroundColorOverride', { color: { r: 0, g: 0, b: 0, a: 0 } });
  try {
    const [box] = areas[0]?.tiles ?? [];
    using _ = box && (await keepCalm({ session, metrics: parts.metrics, box, scripts: !options.disableJavascript }));
    const images: Image[] = [];
    for (const area of areas) images.push(...(await takeArea({ ...parts, area })));
    return images;
  } finally {
    if (transparent) session.send('Emulation.setDefaultBackgroundColorOverride').catch(() => undefined);
  }
}

async function metricsOf({ page }: PictureParts): Promise<Metrics> {
  const { cssContentSize, cssLayoutViewport, cssVisualViewport } = await sessionOf(page).send('Page.getLayoutMetrics');
  const deviceScale = page.viewport()?.deviceScaleFactor ?? 1;
  return {
    content: { width: Math.ceil(cssContentSize.width), height: Math.ceil(cssContentSize.height) },
    viewport: { width: cssLayoutViewport.clientWidth, height: cssLayoutViewport.clientHeight },
    scale: deviceScale * cssVisualViewport.scale,
    deviceScale,
  };
}

interface AreaParts extends PictureParts {
  metrics: Metrics;
  area: Area;
}

/** Takes an area once and encodes it in each format: as Chrome does when that is all there is to do, else from its PNGs. */
async function takeArea({ page, metrics, area, options, formats, signal, onPixels }: AreaParts): Promise<Image[]> {
  const { quality } = options;
  const session = sessionOf(page);
  const frame = frameOf(options);
  const boxes = area.tiles.length > 0 ? area.tiles : [undefined];
  const [only] = formats;
  const asChromeDoes = boxes.length === 1 && !isResized(frame);
  const called = (format: RasterFormat) => ({ name: nameOf(area, format, format === only), format, mimeType: `image/${format}` });
  if (only && only !== 'avif' && formats.length === 1 && asChromeDoes) {
    const body = await take({ session, metrics, box: boxes[0], format: only, quality, signal });
    onPixels?.();
    return [{ ...called(only), body, ...(await sizeOf(body)) }];
  }

  const tiles: Buffer[] = [];
  for (const box of boxes) tiles.push(await take({ session, metrics, box, format: 'png', quality, signal }));
  onPixels?.();
  const images: Image[] = [];
  for (const format of formats) {
    const [body] = tiles;
    const encoded =
      body && format === 'png' && asChromeDoes
        ? { body, ...(await sizeOf(body)) }
        : await encode({ tiles, format, quality, frame, signal });
    images.push({ ...called(format), ...encoded });
  }
  return images;
}

function nameOf({ slice }: Area, format: RasterFormat, isFirst: boolean): string {
  if (slice === 1) return format;
  return isFirst ? `slice-${slice}` : `slice-${slice}-${format}`;
}
