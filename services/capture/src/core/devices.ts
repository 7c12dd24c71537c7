/** What a device means to a page. */
export interface DeviceTraits {
  /** The viewport when the client names none; undefined for the general default. */
  viewport: { width: number; height: number } | undefined;
  /** It lies on its side already, and its viewport with it. */
  isLandscape: boolean;
  deviceScaleFactor: number;
  /** The viewport meta tag is honoured, scrollbars lie over the page. */
  isMobile: boolean;
  hasTouch: boolean;
  /** What it calls itself; undefined for what the browser says by itself. */
  userAgent: ((chromeMajor: string) => string) | undefined;
}

/** The devices that are known, by their names as {@link deviceKey} writes them. */
export type Devices = ReadonlyMap<string, DeviceTraits>;

/** The name of a device without what people write differently: `iPhone 15 Pro` and `iphone_15_pro` are one. */
export function deviceKey(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9+.]+/g, '_');
}

const android = (suffix: string) => (chromeMajor: string) =>
  `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chromeMajor}.0.0.0 ${suffix}`;

/**
 * The three kinds of machine. Their user agents are in the reduced form that Chrome has sent since it stopped naming models;
 * one image pixel for each CSS pixel, unless retina is asked for.
 */
export const kindsOfDevice: Devices = new Map<string, DeviceTraits>([
  ['desktop', { viewport: undefined, isLandscape: false, deviceScaleFactor: 1, isMobile: false, hasTouch: false, userAgent: undefined }],
  ['mobile', handheld({ width: 390, height: 844 }, 'Mobile Safari/537.36')],
  ['tablet', handheld({ width: 820, height: 1180 }, 'Safari/537.36')],
]);

function handheld(viewport: { width: number; height: number }, suffix: string): DeviceTraits {
  return { viewport, isLandscape: false, deviceScaleFactor: 1, isMobile: true, hasTouch: true, userAgent: android(suffix) };
}
