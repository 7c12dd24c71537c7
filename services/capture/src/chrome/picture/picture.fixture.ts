import assert from 'node:assert/strict';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { OptionsSchema, withRules } from '@shotwire/contract';
import type { Page } from 'puppeteer';
import sharp from 'sharp';
import type { ExactOptions } from '../../core/options.ts';
import { type Chrome, launch } from '../browser/launch.ts';
import type { RasterFormat } from './limits.ts';
import { type Pictures, takePictures } from './take-pictures.ts';

/** A Chrome with the switches of the service, for pages of this machine. */
export function launchTestChrome(): Promise<Chrome> {
  const path = process.env.CHROME_PATH ?? '/usr/lib/chromium/chromium-headless-shell';
  return launch({ path, denyAllProxy: 'http://127.0.0.1:1', sandbox: process.getuid?.() !== 0 });
}

type Wish = MessageInitShape<typeof OptionsSchema>;

interface Viewport {
  width?: number;
  height?: number;
  scale?: number;
  mobile?: boolean;
}

/** Opens a page of a site in a context of its own; what it gives closes it. */
export async function openPage(chrome: Chrome, url: string, { width = 800, height = 600, scale = 1, mobile = false }: Viewport = {}) {
  const context = await chrome.browser.createBrowserContext({ proxyServer: 'direct://' });
  const page = await context.newPage();
  await page.setViewport({ width, height, deviceScaleFactor: scale, isMobile: mobile });
  await page.goto(url, { waitUntil: 'load', timeout: 20_000 });
  const shoot = (options: Wish = {}, formats: readonly RasterFormat[] = ['png'], signal = AbortSignal.timeout(60_000)) =>
    takePictures({ page, options: exact(page, options), formats, signal, pageSignal: signal });
  return { page, shoot, [Symbol.asyncDispose]: () => context.close() };
}

function exact(page: Page, given: Wish): ExactOptions {
  const options = withRules(OptionsSchema, create(OptionsSchema, given)).message;
  options.scrollStep ??= Math.floor((page.viewport()?.height ?? 0) * 0.9);
  return options as ExactOptions;
}

/** A decoded picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour at a place, as [red, green, blue, alpha]. */
  at(x: number, y: number): number[];
}

/** Decodes a picture. */
export async function decode(body: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(body, { limitInputPixels: false }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, at: (x, y) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)] };
}

/** Decodes the first image of what was taken. */
export async function decodeFirst({ images }: Pictures): Promise<Pixels> {
  const [image] = images;
  assert.ok(image);
  return decode(image.body);
}
