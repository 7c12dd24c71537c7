import type { ExactOptions } from '../../core/options.ts';

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
