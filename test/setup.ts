import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@shotwire/local';

/** Small, and safe only until the power goes: no test lasts that long. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '200',
  max_wal_size: '256MB',
};

const parts = new AsyncDisposableStack();

/** Runs once before all test files: one Postgres for the whole run, found by TEST_POSTGRES_URL. */
export async function globalSetup(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'shotwire-test-'));
  parts.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }));
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const postgres = parts.use(await startPostgres({ home, path: process.env.PATH ?? '', settings, log }));
  process.env.TEST_POSTGRES_URL = postgres.url;
}

/** Runs once after all test files. */
export async function globalTeardown(): Promise<void> {
  await parts.disposeAsync();
}
