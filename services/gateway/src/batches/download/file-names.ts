import { extname } from 'node:path';
import type { Screenshot } from '@shotwire/contract';

const longestSlug = 60;

/**
 * What a row's results are called in a ZIP: no name is a path, begins with a dot or means anything to a shell or to Windows, whatever
 * its page and its results are called. The row's number makes them different from those of all others.
 */
export function fileNames({ url, batchRow }: Pick<Screenshot, 'url' | 'batchRow'>): (key: string, name?: string) => string {
  const taken = new Set<string>();
  const own = [String(batchRow).padStart(5, '0'), slugOf(url.replace(/^https?:\/\//i, '').replace(/[?#].*/s, ''))]
    .filter(Boolean)
    .join('-');
  return (key, name) => {
    const stem = name === undefined ? own : `${own}.${slugOf(name)}`;
    const extension = /^\.[a-z0-9]{1,10}$/.exec(extname(key))?.[0] ?? '.bin';
    let free = `${stem}${extension}`;
    for (let n = 2; taken.has(free); n++) free = `${stem}-${n}${extension}`;
    taken.add(free);
    return free;
  };
}

/** A text as letters, digits, dots between them and dashes. */
function slugOf(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/\.[.-]*/g, '.')
    .slice(0, longestSlug)
    .replaceAll(/^[.-]+|[.-]+$/g, '');
}
