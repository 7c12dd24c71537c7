import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Event } from '@shotwire/contract';
import { announce, openBus, outboxMigration, startRelay } from '@shotwire/events';
import { openPostgres } from '@shotwire/postgres';
import { createLogger } from '@shotwire/telemetry';
import { eventually, type Program, startProgram, startTestNats } from '@shotwire/testing';
import { openTestPostgres } from './notifier.fixture.ts';

/** The program. */
export const main = join(import.meta.dirname, 'main.ts');

/** Postgres (one of its own if a server is given), NATS and somebody who announces events; notifiers are started as processes of their own. */
export async function openHouse({ server }: { server?: string } = {}) {
  await using opening = new AsyncDisposableStack();
  const { postgres, url } = opening.use(await openTestPostgres({ server }));
  const nats = opening.use(await startTestNats());
  const log = createLogger({ service: 'test', level: 'silent' });
  const bus = opening.use(openBus({ url: nats.url, name: 'test', log }));
  const capture = opening.use(await openPostgres({ url: new URL(url), pool: 2, schema: 'capture', migrations: [outboxMigration] }));
  const relay = opening.use(startRelay({ postgres: capture, bus, log }));
  const env = {
    DATABASE_URL: url,
    NATS_URL: nats.url,
    GRPC_ADDRESS: '127.0.0.1:0',
    METRICS_PORT: '0',
    EGRESS_ALLOW: '127.0.0.0/8',
    WEBHOOK_ALLOW_HTTP: '1',
    LEASE_SECONDS: '2',
    ARCHIVE_URL: 'file:///tmp/no-pictures-here',
    SECRETS_KEY: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    LINKS_KEY: 'a key of these tests',
  };
  const house = opening.move();
  return {
    postgres,
    nats,
    env,
    async say(...events: Event[]) {
      await capture.transaction(async (trx) => {
        for (const event of events) await announce(trx, event);
      });
      relay.nudge();
    },
    async start(more: NodeJS.ProcessEnv = {}): Promise<Program & AsyncDisposable> {
      const program = await startProgram({ candidates: [process.execPath], args: [main], env: { ...env, ...more } });
      assert.ok(program);
      await eventually(
        () => {
          if (!program.running) throw new Error(program.output());
          return program.output().includes('notifier is open');
        },
        { timeoutMs: 30_000 },
      );
      return Object.assign(program, { [Symbol.asyncDispose]: () => program.stop('SIGKILL') });
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
