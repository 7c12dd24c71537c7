import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { limitLane } from '@shotwire/lanes';
import { startStack } from '@shotwire/local';
import { openPostgres, type Postgres, touch } from '@shotwire/postgres';
import { migrations } from '../../../services/capture/src/sql/migrations.ts';

/** Shotwire as a whole, in which nothing is captured. */
export interface Hall extends AsyncDisposable {
  /** Where its API is, without a slash at the end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  /** What its images are kept in. */
  readonly archiveUrl: URL;
  /** Capture's own schema. */
  readonly postgres: Postgres;
  /** Takes everything out of capture, so that one leg does not weigh on the next. */
  empty(): Promise<void>;
  /** Memory of the gateway: what it has now, and the most since it was asked last, in bytes. */
  memory(): Promise<{ nowBytes: number; peakBytes: number }>;
}

interface HallParts {
  env: Readonly<Record<string, string | undefined>>;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** Starts the embedded stack in a folder of its own and pauses the captures of its account. */
export async function openHall({ env, log, signal }: HallParts): Promise<Hall> {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'shotwire-bench-api-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const archiveUrl = pathToFileURL(join(home, 'pictures'));
  const { PATH, HOME, CHROME_PATH, BLOCK_LISTS } = env;
  const limits = { QUEUE_LIMIT: '10000000', PENDING_PER_ACCOUNT: '10000000', LISTENERS_PER_ACCOUNT: '10000', CHROME_SLOTS: '1' };
  const given = { PATH, HOME, CHROME_PATH, BLOCK_LISTS, ARCHIVE_URL: archiveUrl.href, ...limits };
  const stack = opening.use(await startStack({ home, port: 0, log, signal, env: given }));
  const postgres = opening.use(await openPostgres({ url: new URL(stack.databaseUrl), pool: 2, schema: 'capture', migrations }));
  await postgres.transaction((trx) => limitLane(trx, { lane: 'default', room: 0, rate: null }));
  const { pid } = stack.services.gateway;
  const house = opening.move();
  return {
    url: stack.url,
    headers: { authorization: `Bearer ${stack.apiKey}` },
    databaseUrl: stack.databaseUrl,
    archiveUrl,
    postgres,
    async empty() {
      await postgres.transaction((trx) => touch(trx, 'truncate screenshots, batches, lane_items cascade'));
    },
    async memory() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      // 5 begins the peak anew.
      await writeFile(`/proc/${pid}/clear_refs`, '5');
      return { nowBytes: bytesOf('VmRSS', status), peakBytes: bytesOf('VmHWM', status) };
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

function bytesOf(name: string, status: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}
