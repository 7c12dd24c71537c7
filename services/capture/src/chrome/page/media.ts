import { MediaType } from '@shotwire/contract';
import type { Protocol } from 'puppeteer';
import type { ExactOptions } from '../../core/options.ts';

/** What of the options stylesheets see. */
export type Look = Pick<ExactOptions, 'mediaType' | 'darkMode' | 'reducedMotion'>;

/** What a page is told of its medium and of its reader. Always both: what the command leaves out Chrome takes back. */
export function mediaOf({ mediaType, darkMode, reducedMotion }: Look, on: 'screen' | 'paper'): Protocol.Emulation.SetEmulatedMediaRequest {
  return {
    media: media[mediaType ?? MediaType.UNSPECIFIED] ?? (on === 'paper' ? 'print' : ''),
    features: [
      ...(darkMode ? [{ name: 'prefers-color-scheme', value: 'dark' }] : []),
      ...(reducedMotion ? [{ name: 'prefers-reduced-motion', value: 'reduce' }] : []),
    ],
  };
}

const media: Readonly<Partial<Record<MediaType, 'screen' | 'print'>>> = { [MediaType.SCREEN]: 'screen', [MediaType.PRINT]: 'print' };
