import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { save } from '../save.ts';
import { fileNameOf } from './file-name.ts';

/** The folder that pictures go to, a file for each URL. */
export interface Folder {
  path: string;
  has(url: string): boolean;
  /** Gives the path of the file. */
  put(url: string, bytes: Uint8Array): Promise<string>;
}

/** Opens a folder, made now if there is none. */
export async function openFolder(path: string, ending: string): Promise<Folder> {
  await mkdir(path, { recursive: true });
  const there = new Set(await readdir(path));
  return {
    path,
    has: (url) => there.has(fileNameOf(url, ending)),
    async put(url, bytes) {
      const name = fileNameOf(url, ending);
      await save(join(path, name), bytes);
      there.add(name);
      return join(path, name);
    },
  };
}
