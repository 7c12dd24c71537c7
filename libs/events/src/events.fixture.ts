import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { openPostgres, row } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { eventually, startTestNats, type TestNats } from '@shotwire/testing';
import { connect, type JetStreamManager } from 'nats';
import { type Log, openBus } from './bus.ts';
import { announce, outboxMigration } from './outbox.ts';
import { startReceiver } from './receive.ts';
import { startRelay } from './relay.ts';

/** A log that remembers what was said. */
export function createTestLog(): Log & { said: string[] } {
  const said: string[] = [];
  const say = (_: object, message: string) => void said.push(message);
  return { said, info: say, warn: say };
}

export function eventOf(type = 'screenshot.completed'): Event {
  return create(EventSchema, { id: randomUUID(), type, accountId: 'acme' });
}

/** A sender's schema in a database of its own. */
export async function openTestOutbox() {
  await using opening = new AsyncDisposableStack();
  const open = (url: string) => openPostgres({ url: new URL(url), pool: 10, schema: 'sender', migrations: [outboxMigration] });
  const database = opening.use(
    await createTestDatabase({
      template: `events ${outboxMigration.up}`,
      prepare: async (url) => (await open(url))[Symbol.asyncDispose](),
    }),
  );
  const postgres = opening.use(await open(database.url));
  const house = opening.move();
  return {
    postgres,
    /** Announces that many events, in one transaction; gives their ids. */
    async announce(count = 1): Promise<string[]> {
      const events = Array.from({ length: count }, () => eventOf());
      await postgres.transaction(async (trx) => {
        for (const event of events) await announce(trx, event);
      });
      return events.map(({ id }) => id);
    },
    /** How many events are not known to be received. */
    async count(): Promise<number> {
      return (await postgres.transaction((trx) => row<{ n: number }>(trx, 'select count(*) as n from outbox')))?.n ?? Number.NaN;
    },
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}

type Outbox = Awaited<ReturnType<typeof openTestOutbox>>;

/** A relay with a connection of its own. */
export function openTestRelay({ nats, outbox, resendAfterS = 10 }: { nats: TestNats; outbox: Outbox; resendAfterS?: number }) {
  const log = createTestLog();
  const bus = openBus({ url: nats.url, name: 'relay', log });
  const relay = startRelay({ postgres: outbox.postgres, bus, log, resendAfterS });
  return {
    log,
    nudge: relay.nudge,
    /** Closes the relay, not its connection. */
    stop: () => relay[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

/** A receiver with a connection of its own, which remembers what it kept. */
export function openTestReceiver({ nats, keep = async () => {} }: { nats: TestNats; keep?: (event: Event) => Promise<void> }) {
  const log = createTestLog();
  const kept: string[] = [];
  const bus = openBus({ url: nats.url, name: 'receiver', log });
  const receiver = startReceiver({
    bus,
    durable: 'test',
    log,
    keep: async (event) => {
      await keep(event);
      kept.push(event.id);
    },
  });
  return {
    log,
    /** The ids of kept events, in order, repetitions included. */
    kept,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

/** NATS and an outbox. */
export async function openTestHouse() {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await startTestNats());
  const outbox = opening.use(await openTestOutbox());
  const house = opening.move();
  return { nats, outbox, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** Does something with NATS as its operator. */
export async function operate<T>(nats: TestNats, act: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: nats.url });
  try {
    return await act(await connection.jetstreamManager());
  } finally {
    await connection.close();
  }
}

/** Resolves when all of these were kept. */
export const arrives = (ids: readonly string[], { kept }: { kept: readonly string[] }, timeoutMs = 20_000) =>
  eventually(
    () => {
      const missing = new Set(ids).difference(new Set(kept));
      assert.equal(missing.size, 0, `${missing.size} of ${ids.length} are missing`);
    },
    { timeoutMs },
  );
