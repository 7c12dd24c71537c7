import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeLock } from './lock.ts';
import { endProcess, identify, type ProcessIdentity, processesNaming, signalQuietly } from './process-table.ts';

/** What is made up at the first start and kept. */
export interface Secrets {
  readonly apiKey: string;
  readonly postgresPassword: string;
  readonly natsToken: string;
  /** Signs links to images. */
  readonly linksKey: string;
  /** Seals the secrets that the notifier keeps: ID:BASE64. */
  readonly secretsKey: string;
}

/** The home folder of one stack, held by this process alone until it is disposed. */
export interface State extends AsyncDisposable {
  readonly secrets: Secrets;
  /** A path in the home folder. */
  path(...parts: string[]): string;
  /** Remembers a child, so that the next start can end it if this process is killed. */
  remember(name: string, pid: number): void;
  forget(name: string): void;
}

type ChildRecord = Record<string, ProcessIdentity>;

/**
 * Opens the home folder, making it if it is not there, and ends what an earlier process that was killed left running.
 * Throws CannotStart when another process holds it.
 */
export async function openState(home: string): Promise<State> {
  const path = (...parts: string[]) => join(resolve(home), ...parts);
  mkdirSync(path(), { recursive: true });
  const lock = takeLock(path('lock'));
  try {
    await endOrphans(path('children.json'));
    await emptyTemporaryFolder(path('tmp'));
    for (const name of ['tmp', 'logs', 'archive']) mkdirSync(path(name), { recursive: true, mode: 0o700 });
    const secrets = keepSecrets(path('secrets.json'));

    const children: ChildRecord = {};
    const save = () => writeWhole(path('children.json'), JSON.stringify(children));
    return {
      secrets,
      path,
      remember(name, pid) {
        const identity = identify(pid);
        if (identity) children[name] = identity;
        save();
      },
      forget(name) {
        delete children[name];
        save();
      },
      async [Symbol.asyncDispose]() {
        await emptyTemporaryFolder(path('tmp'));
        if (Object.keys(children).length === 0) rmSync(path('children.json'), { force: true });
        lock[Symbol.dispose]();
      },
    };
  } catch (thrown) {
    lock[Symbol.dispose]();
    throw thrown;
  }
}

async function endOrphans(record: string): Promise<void> {
  const children = Object.entries(readJson<ChildRecord>(record) ?? {});
  // Postgres leaves at once on SIGINT; on SIGTERM it would wait for its clients.
  await Promise.all(
    children.map(([name, identity]) => endProcess(identity, { signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM', patienceMs: 4_000 })),
  );
  rmSync(record, { force: true });
}

// A browser whose service was killed may still be on its way out of its profile folder.
async function emptyTemporaryFolder(folder: string): Promise<void> {
  for (const pid of processesNaming(`--user-data-dir=${folder}/`)) signalQuietly(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function keepSecrets(path: string): Secrets {
  const kept = readJson<Partial<Secrets>>(path) ?? {};
  const made: Secrets = {
    apiKey: `sk_${randomBytes(24).toString('base64url')}`,
    postgresPassword: randomBytes(24).toString('base64url'),
    natsToken: randomBytes(24).toString('base64url'),
    linksKey: randomBytes(24).toString('base64url'),
    secretsKey: `1:${randomBytes(32).toString('base64')}`,
  };
  const secrets = { ...made, ...kept };
  // A folder of an earlier version lacks those that came later.
  if (Object.keys(made).some((name) => !Object.hasOwn(kept, name))) writeWhole(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read.`, { cause: thrown });
  }
}

// Renamed into place: a crash leaves the old content or the new, never half of it.
function writeWhole(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
