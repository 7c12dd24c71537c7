import { Failure } from '@shotwire/failures';
import type { ExactOptions } from '../../core/options.ts';
import { inPage } from '../page/in-page.ts';
import { wrongSelectors } from '../page/look.ts';
import { setCookies } from './cookies.ts';
import { putOn } from './costume.ts';
import type { Shot } from './shot.ts';

/** Makes the empty page what the options say it is, all at once. What options leave at their default costs nothing. */
export async function dress(shot: Shot): Promise<void> {
  const { page, session, resident } = shot.room;
  const { width, height, landscape, isMobile, hasTouch, deviceScaleFactor } = shot.options;
  await Promise.all([
    page.setViewport({ width, height, isMobile, hasTouch, deviceScaleFactor, isLandscape: landscape }),
    putOn(session, { options: shot.options, major: resident.chrome.major }),
    setCookies(shot),
    placeOnEarth(shot),
    checkSelectors(shot),
  ]);
}

async function placeOnEarth({ room: { page, session }, options: { geolocation } }: Shot): Promise<void> {
  if (!geolocation) return;
  const { latitude, longitude, accuracy = 10 } = geolocation;
  await Promise.all([
    session.send('Emulation.setGeolocationOverride', { latitude, longitude, accuracy }),
    // For every origin: where redirects lead to is not known yet.
    page.browserContext().setPermission('*', { permission: { name: 'geolocation' }, state: 'granted' }),
  ]);
}

/** The selectors of options, by the names of their options. */
function* selectorsOf(options: ExactOptions): Iterable<[option: string, selector: string]> {
  yield ['selector', options.selector];
  yield ['wait_for_selector', options.waitForSelector];
  for (const selector of options.hideSelectors) yield ['hide_selectors', selector];
  for (const selector of options.maskSelectors) yield ['mask_selectors', selector];
  for (const selector of options.failIfSelector) yield ['fail_if_selector', selector];
  for (const [at, { selector }] of options.steps.entries()) yield [`steps[${at}]`, selector];
}

/** What a selector is only the browser knows, and it is asked before the page is. */
async function checkSelectors({ room: { session }, options }: Shot): Promise<void> {
  const named = [...selectorsOf(options)].filter(([, selector]) => selector !== '');
  if (named.length === 0) return;
  const selectors = named.map(([, selector]) => selector);
  const [wrong] = await inPage(session, wrongSelectors, selectors);
  const option = named.find(([, selector]) => selector === wrong)?.[0];
  if (option) throw new Failure('invalid_selector', { says: `${option}: "${wrong}" is not a CSS selector.` });
}
