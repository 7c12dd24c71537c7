import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

/** The URLs of a file, one a line, each once; empty lines and those that begin with # are none. `-` is the standard input. Throws a UsageError on none. */
export async function readRows(path: string, stdin: Terminal['stdin']): Promise<string[]> {
  const text = path === '-' ? (await buffer(stdin)).toString() : await readFile(path, 'utf8');
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());
  const urls = new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
  if (urls.size === 0) throw new UsageError(`There is no URL in ${path}.`);
  return [...urls];
}
