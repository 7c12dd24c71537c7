import { extname } from 'node:path';

/** The ending of a file's name for each format of a capture. */
const endings: Readonly<Record<string, string>> = { jpeg: 'jpg', markdown: 'md' };

/** Formats by other endings than their names. */
const others: Readonly<Record<string, string>> = { jpg: 'jpeg', md: 'markdown', htm: 'html' };

const formats = new Set(['png', 'jpeg', 'webp', 'avif', 'pdf', 'html', 'mhtml', 'markdown', 'webm', 'mp4']);

/** The ending of a file of this format. */
export function endingOf(format: string): string {
  return endings[format] ?? format;
}

/** The format that a file's name asks for; undefined when it asks for none. */
export function formatOf(path: string): string | undefined {
  const ending = extname(path).slice(1).toLowerCase();
  const format = others[ending] ?? ending;
  return formats.has(format) ? format : undefined;
}
