import { KnownDevices } from 'puppeteer';
import { type Devices, type DeviceTraits, deviceKey, kindsOfDevice } from '../core/devices.ts';

const known = Object.entries(KnownDevices);

/** The names of the models that puppeteer describes, as it writes them. */
export const models: readonly string[] = known.map(([name]) => name);

/** Every device that a capture can be: the three kinds and the models that puppeteer describes. */
export const devices: Devices = new Map<string, DeviceTraits>([
  ...kindsOfDevice,
  ...known.map(([name, { viewport, userAgent }]): [string, DeviceTraits] => [
    deviceKey(name),
    {
      viewport: { width: viewport.width, height: viewport.height },
      isLandscape: viewport.isLandscape ?? false,
      deviceScaleFactor: viewport.deviceScaleFactor ?? 1,
      isMobile: viewport.isMobile ?? false,
      hasTouch: viewport.hasTouch ?? false,
      userAgent: () => userAgent,
    },
  ]),
]);
