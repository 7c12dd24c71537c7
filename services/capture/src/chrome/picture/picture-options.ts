import { Fit } from '@shotwire/contract';
import type { ExactOptions } from '../../core/options.ts';
import type { Frame } from './resize.ts';

/** What of the options decides about pictures. */
export type PictureOptions = Pick<
  ExactOptions,
  | 'quality'
  | 'omitBackground'
  | 'imageWidth'
  | 'imageHeight'
  | 'fit'
  | 'fullPage'
  | 'scroll'
  | 'scrollStep'
  | 'scrollDelay'
  | 'scrollTime'
  | 'scrollPixels'
  | 'maxHeight'
  | 'sticky'
  | 'selector'
  | 'selectorMissing'
  | 'selectorPadding'
  | 'clip'
  | 'slices'
  | 'disableJavascript'
>;

/** The size that pictures are to have. */
export function frameOf({ imageWidth, imageHeight, fit }: PictureOptions): Frame {
  return { width: imageWidth, height: imageHeight, fit: fits[fit] ?? 'cover' };
}

const fits: Readonly<Record<number, Frame['fit']>> = { [Fit.COVER]: 'cover', [Fit.CONTAIN]: 'contain', [Fit.FILL]: 'fill' };
