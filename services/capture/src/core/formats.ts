import { Format, type Options } from '@shotwire/contract';

/** What a recording can be. */
export type VideoFormat = 'webm' | 'mp4';

interface FormatTraits {
  /** What it is called, and the extension of its files. */
  word: 'png' | 'jpeg' | 'webp' | 'avif' | 'pdf' | 'html' | 'mhtml' | 'markdown' | VideoFormat;
  mimeType: string;
  /** A picture made of pixels. */
  raster: boolean;
  /** Pixels may be transparent. */
  alpha: boolean;
}

/** What each format is. */
const formats: Readonly<Record<number, FormatTraits>> = {
  [Format.PNG]: { word: 'png', mimeType: 'image/png', raster: true, alpha: true },
  [Format.JPEG]: { word: 'jpeg', mimeType: 'image/jpeg', raster: true, alpha: false },
  [Format.WEBP]: { word: 'webp', mimeType: 'image/webp', raster: true, alpha: true },
  [Format.AVIF]: { word: 'avif', mimeType: 'image/avif', raster: true, alpha: true },
  [Format.PDF]: { word: 'pdf', mimeType: 'application/pdf', raster: false, alpha: false },
  [Format.HTML]: { word: 'html', mimeType: 'text/html', raster: false, alpha: false },
  [Format.MHTML]: { word: 'mhtml', mimeType: 'multipart/related', raster: false, alpha: false },
  [Format.MARKDOWN]: { word: 'markdown', mimeType: 'text/markdown', raster: false, alpha: false },
  [Format.WEBM]: { word: 'webm', mimeType: 'video/webm', raster: false, alpha: false },
  [Format.MP4]: { word: 'mp4', mimeType: 'video/mp4', raster: false, alpha: false },
};

/** The traits of a format. */
export function traitsOf(format: Format): FormatTraits {
  return formats[format] as FormatTraits;
}

/** The traits of what a capture gives first, and of what it gives besides. */
export function wantedFormats({ format, also }: Pick<Options, 'format' | 'also'>): FormatTraits[] {
  return [format ?? Format.PNG, ...also].map(traitsOf);
}

/** The recordings among what a capture gives. */
export function wantedVideos(options: Pick<Options, 'format' | 'also'>): VideoFormat[] {
  return wantedFormats(options).flatMap(({ word }) => (word === 'webm' || word === 'mp4' ? [word] : []));
}
