import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { openBus } from '@shotwire/events';
import { startPostgres } from '@shotwire/local';
import { openPostgres, type Postgres } from '@shotwire/postgres';
import { createLogger } from '@shotwire/telemetry';
import { eventually, type Program, startProgram, startTestNats } from '@shotwire/testing';
import { migrations } from '../../../services/notifier/src/sql/migrations.ts';

/** A notifier as it runs in production, with its database and its stream. */
export interface PostRoom extends AsyncDisposable {
  /** The notifier's own schema. */
  readonly postgres: Postgres;
  /** Publishes an event. */
  publish(event: Event): Promise<void>;
  /** Says that there is something to send. */
  wake(): void;
  /** Seconds of processor time that the notifier has used, and the most memory it had in bytes. */
  usage(): Promise<{ cpuS: number; peakBytes: number }>;
  /** Its metrics, as text. */
  metrics(): Promise<string>;
}

/** POSTs at once, on either side. */
export const atOnce = 64;

const ticksPerS = 100;

/** Starts it: Postgres as it comes, so that what is committed is on disk. */
export async function openPostRoom({
  path,
  log,
  signal,
}: {
  path: string;
  log: (line: string) => void;
  signal: AbortSignal;
}): Promise<PostRoom> {
  await using opening = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'shotwire-bench-webhooks-'));
  opening.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const database = opening.use(await startPostgres({ home: join(home, 'postgres'), path, settings: {}, log }));
  const nats = opening.use(await startTestNats());
  const postgres = opening.use(await openPostgres({ url: new URL(database.url), pool: 4, schema: 'notifier', migrations }));
  const bus = opening.use(openBus({ url: nats.url, name: 'bench', log: createLogger({ service: 'bench', level: 'warn' }) }));
  const notifier = await startNotifier({ databaseUrl: database.url, natsUrl: nats.url, home });
  opening.defer(() => notifier.stop());
  const address = /"metrics":"([^"]+)"/.exec(notifier.output())?.[1];
  const connection = await bus.connection(signal);
  const stream = connection.jetstream();
  const house = opening.move();
  return {
    postgres,
    async publish(event) {
      await stream.publish(`shotwire.events.${event.type}`, toBinary(EventSchema, event), { msgID: event.id });
    },
    wake: () => bus.wake('notifier'),
    async usage() {
      const [stat, status] = await Promise.all(['stat', 'status'].map((name) => readFile(`/proc/${notifier.pid}/${name}`, 'utf8')));
      const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
      const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1]);
      return { cpuS: (Number(fields[11]) + Number(fields[12])) / ticksPerS, peakBytes: peakKb * 1024 };
    },
    metrics: async () => (await fetch(`http://${address?.replace(/^https?:\/\//, '')}/metrics`, { signal })).text(),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

/** With the flags of the stack. */
async function startNotifier({ databaseUrl, natsUrl, home }: { databaseUrl: string; natsUrl: string; home: string }): Promise<Program> {
  const main = fileURLToPath(import.meta.resolve('@shotwire/notifier'));
  const program = await startProgram({
    candidates: [process.execPath],
    args: ['--max-semi-space-size=8', '--max-old-space-size=128', main],
    env: {
      DATABASE_URL: databaseUrl,
      NATS_URL: natsUrl,
      GRPC_ADDRESS: '127.0.0.1:0',
      METRICS_PORT: '0',
      LOG_LEVEL: 'info',
      ARCHIVE_URL: pathToFileURL(join(home, 'archive')).href,
      SECRETS_KEY: `bench:${randomBytes(32).toString('base64')}`,
      LINKS_KEY: randomBytes(32).toString('base64url'),
      EGRESS_ALLOW: '127.0.0.0/8,::1/128',
      WEBHOOK_ALLOW_HTTP: '1',
      WEBHOOK_SLOTS: String(atOnce),
      LANE_ROOM: String(atOnce),
      WEBHOOK_ROOM_PER_ACCOUNT: String(atOnce * 2),
      WEBHOOK_PENDING_PER_ACCOUNT: '1000000',
      WEBHOOK_ATTEMPTS_PER_MINUTE: '10000000',
    },
  });
  if (!program) throw new Error('node is not where it is');
  await eventually(() => {
    if (!program.running) throw new Error(program.output());
    return program.output().includes('notifier is open');
  });
  return program;
}
