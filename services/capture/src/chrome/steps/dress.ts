import { traitsOf } from '../../core/options.ts';
import type { Shot } from './shot.ts';

/** Makes the empty page what the options say it is: its size, its device, its colours. */
export async function dress({ room: { page, resident }, options }: Shot): Promise<void> {
  const { width, height, retina, darkMode } = options;
  const { isMobile, hasTouch, userAgent } = traitsOf(options);
  const viewport = { width, height, isMobile, hasTouch, deviceScaleFactor: retina ? 2 : 1 };
  await Promise.all([
    page.setViewport(viewport),
    darkMode && page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]),
    userAgent && page.setUserAgent({ userAgent: userAgent(resident.chrome.major) }),
  ]);
}
