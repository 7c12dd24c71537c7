import { glob, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Purpose } from '../purposes.ts';
import { purposesOfList } from './purposes-of-list.ts';

/** A filter list as it was found. */
export interface FilterList {
  /** Its title, or the name of its file where it has none. */
  readonly name: string;
  readonly purposes: readonly Purpose[];
  /** When its makers last changed it, in milliseconds; when the file was written where they do not say. */
  readonly changedAt: number;
  readonly rules: number;
  readonly text: string;
}

/** Reads the lists (*.txt, EasyList syntax or bare host names) of a folder and its subfolders. A folder that is missing has none. */
export async function readLists(folder: string): Promise<FilterList[]> {
  const files = (await Array.fromAsync(glob('**/*.txt', { cwd: folder }))).sort();
  const lists = await Promise.all(files.map((file) => readList(join(folder, file))));
  return lists.filter(({ purposes }) => purposes.length > 0);
}

async function readList(path: string): Promise<FilterList> {
  const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
  const file = basename(path);
  const title = headerOf(text, 'Title') ?? '';
  return {
    name: title || file,
    purposes: purposesOfList({ title, file }),
    changedAt: changedAt(text) ?? mtimeMs,
    rules: text.match(/^(?![![\s]|# )./gm)?.length ?? 0,
    // A bare host name or address, alone or in the form of a hosts file, as the rule that it means.
    text: text.replace(/^(?:(?:0\.0\.0\.0|127\.0\.0\.1)[ \t]+)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)[ \t\r]*$/gim, '||$1^'),
  };
}

function headerOf(text: string, name: string): string | undefined {
  return new RegExp(`^[!#]\\s*${name}:\\s*(.+?)\\s*$`, 'im').exec(text.slice(0, 2_000))?.[1];
}

function changedAt(text: string): number | undefined {
  const said = headerOf(text, 'Last modified') ?? headerOf(text, 'Updated') ?? headerOf(text, 'Last updated');
  const time = Date.parse(said ?? '');
  return Number.isNaN(time) ? undefined : time;
}
