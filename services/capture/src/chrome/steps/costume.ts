import { MediaType } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CDPSession } from 'puppeteer';
import { deviceKey } from '../../core/devices.ts';
import type { ExactOptions } from '../../core/options.ts';
import { desktopUserAgent } from '../browser/flags.ts';
import { devices } from '../devices.ts';
import { WORLD } from '../page/in-page.ts';
import { mediaOf } from '../page/media.ts';
import { wear } from '../page/wear.ts';
import { sheetsOf } from './stylesheet.ts';
import { agentOf } from './user-agent.ts';

interface Wish {
  options: ExactOptions;
  /** The browser's own version. */
  major: string;
}

interface Garment {
  isWanted: (options: ExactOptions) => boolean;
  /** What is put on through a session ends with it. */
  putOn: (session: CDPSession, wish: Wish) => Promise<unknown>;
}

/** What a page can be made to believe, and when; of default options nothing. */
const wardrobe: readonly Garment[] = [
  {
    isWanted: ({ darkMode, reducedMotion, mediaType }) => darkMode || reducedMotion || mediaType === MediaType.PRINT,
    putOn: (session, { options }) => session.send('Emulation.setEmulatedMedia', mediaOf(options, 'screen')),
  },
  {
    isWanted: ({ device, userAgent, locale }) => userAgent !== '' || locale !== '' || agentOfDevice(device) !== undefined,
    putOn: (session, { options, major }) => {
      const userAgent = options.userAgent || agentOfDevice(options.device)?.(major) || desktopUserAgent(major);
      const acceptLanguage = languagesOf(options.locale);
      return session.send('Emulation.setUserAgentOverride', { ...agentOf(userAgent), ...(acceptLanguage && { acceptLanguage }) });
    },
  },
  {
    isWanted: ({ locale }) => locale !== '',
    putOn: (session, { options: { locale } }) =>
      session.send('Emulation.setLocaleOverride', { locale: locale.replaceAll('_', '-') }).catch(refuse('locale')),
  },
  {
    isWanted: ({ timezone }) => timezone !== '',
    putOn: (session, { options }) =>
      session.send('Emulation.setTimezoneOverride', { timezoneId: options.timezone }).catch(refuse('timezone')),
  },
  {
    isWanted: ({ disableJavascript }) => disableJavascript,
    putOn: (session) => session.send('Emulation.setScriptExecutionDisabled', { value: true }),
  },
  {
    isWanted: ({ bypassCsp }) => bypassCsp,
    putOn: (session) => session.send('Page.setBypassCSP', { enabled: true }),
  },
  {
    isWanted: (options) => sheetsOf(options).some((sheet) => sheet !== ''),
    putOn: (session, { options }) =>
      Promise.all([
        session.send('Page.enable'),
        session.send('Page.addScriptToEvaluateOnNewDocument', {
          source: `(${wear})(...${JSON.stringify(sheetsOf(options))})`,
          worldName: WORLD,
        }),
      ]),
  },
];

/** Makes a page, with all its frames, believe what the options say: they share its process, whatever their site. */
export async function putOn(session: CDPSession, wish: Wish): Promise<void> {
  await Promise.all(wardrobe.filter(({ isWanted }) => isWanted(wish.options)).map((garment) => garment.putOn(session, wish)));
}

function agentOfDevice(device: string) {
  return devices.get(deviceKey(device))?.userAgent;
}

/** A language, and what it is a kind of: de-CH,de. */
function languagesOf(locale: string): string {
  const tag = locale.replaceAll('_', '-');
  return [...new Set([tag, tag.split('-')[0]])].join(',');
}

function refuse(field: string) {
  return (cause: unknown) => {
    throw new Failure('validation_error', {
      says: `The browser does not know this ${field}.`,
      fields: { [field]: ['is not known'] },
      cause,
    });
  };
}
