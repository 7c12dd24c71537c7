import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const exec = promisify(execFile);

/** Packs the client as `make client` does, and installs that in an empty folder, without a network. Gives the folder. */
export async function installClient(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'client-installed-'));
  const source = await mkdtemp(join(tmpdir(), 'client-source-'));
  try {
    // In a copy, so that two tests do not build in one place.
    for (const path of ['tsconfig.json', 'libs/client/package.json', 'libs/client/tsconfig.json', 'libs/client/src'])
      await cp(join(root, path), join(source, path), { recursive: true });
    await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
    await exec('npm', ['pack', '--pack-destination', home], { cwd: join(source, 'libs/client') });
  } finally {
    await rm(source, { recursive: true });
  }
  await writeFile(join(home, 'package.json'), '{"type": "module"}');
  await exec('npm', ['install', '--offline', '--no-audit', '--no-fund', './shotwire-0.1.0.tgz'], { cwd: home });
  return home;
}
