import { deviceKey } from '../../core/devices.ts';
import { devices } from '../devices.ts';
import type { Shot } from './shot.ts';

/** Makes the empty page what the options say it is: its size, its device, its colours. */
export async function dress({ room: { page, resident }, options }: Shot): Promise<void> {
  const { width, height, darkMode, isMobile, hasTouch, deviceScaleFactor } = options;
  const userAgent = devices.get(deviceKey(options.device))?.userAgent;
  const viewport = { width, height, isMobile, hasTouch, deviceScaleFactor };
  await Promise.all([
    page.setViewport(viewport),
    darkMode && page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]),
    userAgent && page.setUserAgent({ userAgent: userAgent(resident.chrome.major) }),
  ]);
}
