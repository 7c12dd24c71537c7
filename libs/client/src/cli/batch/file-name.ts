import { createHash } from 'node:crypto';

/** The name of a URL's file: what a person knows it by, and what makes it one of its own. The same URL has the same name. */
export function fileNameOf(url: string, ending: string): string {
  const known = url
    .replace(/^https?:\/\//i, '')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return `${known}-${createHash('sha256').update(url).digest('hex').slice(0, 8)}.${ending}`;
}
