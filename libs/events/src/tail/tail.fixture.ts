import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { EventSchema } from '@shotwire/contract';
import { type startFaultProxy, startTestNats, type TestNats } from '@shotwire/testing';
import { type Bus, openBus } from '../bus.ts';
import { createTestLog, operate } from '../events.fixture.ts';
import { STREAM } from '../stream.ts';
import { publishEvents } from '../testing/publish-events.ts';
import type { EventReader } from './read-events.ts';
import { openTail } from './tail.ts';

type Options = Partial<Pick<Parameters<typeof openTail>[0], 'idleMs' | 'remembered'>>;

/** Puts events into the stream, which is made where it is missing; gives their places. */
export function publish(nats: TestNats, accounts: readonly string[], { screenshotId = '', id = '' } = {}): Promise<number[]> {
  const eventOf = (accountId: string) =>
    create(EventSchema, {
      id: id || randomUUID(),
      type: 'screenshot.completed',
      accountId,
      ...(screenshotId && { screenshot: { id: screenshotId } }),
    });
  return publishEvents(nats, accounts.map(eventOf));
}

/** A tail with a connection of its own, by way of a proxy if there is one. */
export function openTestTail(nats: TestNats | Awaited<ReturnType<typeof startFaultProxy>>, options: Options = {}) {
  const log = createTestLog();
  const url = nats.url.startsWith('nats:') ? nats.url : `nats://${nats.url}`;
  const bus: Bus = openBus({ url, name: 'tail', log });
  const tail = openTail({ bus, log, ...options });
  const leaving = new AbortController();
  return {
    log,
    tail,
    bus,
    /** Reads as an account until the test is over. */
    read: (accountId: string, after?: number) => tail.read({ accountId, after, signal: leaving.signal }),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await tail[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

export async function openTailHouse(options: Options = {}) {
  await using opening = new AsyncDisposableStack();
  const nats = opening.use(await startTestNats());
  const tail = opening.use(openTestTail(nats, options));
  const house = opening.move();
  return { nats, ...tail, [Symbol.asyncDispose]: () => house.disposeAsync() };
}

/** Collects the places of what a reader reads, in the order in which they come. */
export function collect(reader: EventReader): number[] {
  const places: number[] = [];
  void (async () => {
    for await (const { sequence } of reader) places.push(sequence);
  })();
  return places;
}

/** How many consumers the stream has. */
export const countConsumers = (nats: TestNats) => operate(nats, async (manager) => (await manager.consumers.list(STREAM).next()).length);
