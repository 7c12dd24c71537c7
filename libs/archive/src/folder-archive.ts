import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Archive } from './archive.ts';
import { mimeTypeOf } from './archive-key.ts';

/** Files that are being written lie here until they are complete. No key begins with a dot. */
const incomingName = '.incoming';
/** An unfinished file of this age was left by a process that died. */
const abandonedAfterMs = 60 * 60 * 1000;

/** An archive in a folder on disk. Keys must have been checked. */
export function openFolderArchive({ folder }: { folder: string }): Archive {
  const incoming = join(folder, incomingName);
  const fileOf = (key: string) => join(folder, key);
  return {
    async put({ key, body, signal }) {
      const temporary = join(incoming, randomUUID());
      try {
        await writeDurably(temporary, body, signal);
        await makeFolder(dirname(fileOf(key)));
        signal.throwIfAborted();
        await rename(temporary, fileOf(key));
      } catch (thrown) {
        await rm(temporary, { force: true });
        throw thrown;
      }
      await syncFolder(dirname(fileOf(key)));
    },
    async get({ key }) {
      const handle = await openIfPresent(fileOf(key));
      if (!handle) return undefined;
      const { size } = await handle.stat();
      return { body: handle.createReadStream(), size, mimeType: mimeTypeOf(key) };
    },
    async delete({ key }) {
      await rm(fileOf(key)).catch(unlessAbsent);
    },
    async *list({ prefix, signal }) {
      // An absent archive is trouble, an absent folder inside it is an empty one.
      await stat(folder);
      const start = join(folder, prefix.slice(0, prefix.lastIndexOf('/') + 1));
      for await (const file of filesUnder(start)) {
        signal?.throwIfAborted();
        const key = relative(folder, file);
        if (key.startsWith(prefix)) yield key;
      }
    },
    async ready() {
      await mkdir(incoming, { recursive: true });
      const probe = join(incoming, randomUUID());
      await writeDurably(probe, Buffer.from('ready'), AbortSignal.timeout(10_000));
      // The file system's own clock, which need not agree with this machine's.
      const nowMs = (await stat(probe)).mtimeMs;
      await rm(probe);
      for (const name of await readdir(incoming)) {
        const left = await stat(join(incoming, name)).catch(unlessAbsent);
        if (left && nowMs - left.mtimeMs > abandonedAfterMs) await rm(join(incoming, name), { force: true });
      }
    },
  };
}

async function writeDurably(file: string, body: Buffer, signal: AbortSignal): Promise<void> {
  await using handle = await open(file, 'wx');
  await handle.writeFile(body, { signal });
  await handle.sync();
}

/** Makes a folder with all above it, and sees to it that their names survive a crash. */
async function makeFolder(folder: string): Promise<void> {
  const firstMade = await mkdir(folder, { recursive: true });
  if (firstMade === undefined) return;
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) await syncFolder(dirname(made));
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function openIfPresent(file: string): Promise<FileHandle | undefined> {
  const handle = await open(file, 'r').catch(unlessAbsent);
  if (!handle || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

/** Files below a folder, except what the archive keeps for itself. */
async function* filesUnder(folder: string): AsyncIterable<string> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(unlessAbsent)) ?? [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) yield* filesUnder(join(folder, entry.name));
    else yield join(folder, entry.name);
  }
}

function unlessAbsent(thrown: unknown): undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw thrown;
}
