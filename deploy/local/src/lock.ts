import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { CannotStart } from './cannot-start.ts';
import { identify, isRunning, type ProcessIdentity } from './process-table.ts';

/**
 * Takes the lock file for this process and gives back its release.
 * Throws CannotStart when another running process holds it; what a killed one left is taken over.
 */
export function takeLock(path: string): Disposable {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    // The second try follows the removal of a dead one's lock.
    if (!tryLink(own, path)) {
      removeIfDead(path);
      if (!tryLink(own, path)) throw new CannotStart(refusal(path));
    }
  } finally {
    rmSync(own, { force: true });
  }
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

// A link appears at once with its content, so that no one ever reads a lock without its owner.
function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw thrown;
  }
}

function removeIfDead(path: string): void {
  if (isHeld(path)) return;
  // Moved aside before it is removed: of two that find it dead, the second may already see the lock of the first.
  const aside = `${path}.dead.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  if (isHeld(aside)) tryLink(aside, path);
  rmSync(aside);
}

function isHeld(path: string): boolean {
  const owner = readOwner(path);
  return owner !== undefined && isRunning(owner);
}

function readOwner(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function refusal(path: string): string {
  return `Shotwire already runs on this state (process ${readOwner(path)?.pid ?? 'unknown'}): end it first, or set SHOTWIRE_HOME to another folder.`;
}
