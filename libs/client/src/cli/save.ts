import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file as a whole or not at all: what breaks off leaves nothing under its name. */
export async function save(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    await writeFile(part, bytes);
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
