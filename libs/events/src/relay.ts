import { setTimeout as sleep } from 'node:timers/promises';
import type { Postgres } from '@shotwire/postgres';
import type { JetStreamClient } from 'nats';
import type { Bus, Log } from './bus.ts';
import { claimDue, type Due, makeDue, removeReceived } from './outbox.ts';
import { ensureStream, RECEIPTS } from './stream.ts';

interface RelayParts {
  postgres: Postgres;
  bus: Bus;
  log: Log;
}

/** A running relay. */
export interface Relay extends AsyncDisposable {
  /** An event was committed: publish it now rather than at the next poll. */
  nudge(): void;
}

const POLL_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 2_000;
const BATCH = 100;

/**
 * Publishes what is in the outbox until its consumer confirms it. It is relay and reconciler in one: an event whose receipt does not
 * come is published again, so a stream that was deleted, rolled back or never synced to disk costs time and nothing else.
 * Several relays on one outbox share the work.
 */
export function startRelay({ postgres, bus, log }: RelayParts): Relay {
  const closing = new AbortController();
  let alarm = new AbortController();
  const nudge = () => alarm.abort();
  const received = new Set<string>();

  const confirm = async () => {
    const eventIds = [...received];
    if (eventIds.length === 0) return;
    await postgres.transaction((trx) => removeReceived(trx, eventIds));
    for (const id of eventIds) received.delete(id);
  };

  const publish = async (client: JetStreamClient, due: readonly Due[]) => {
    const outcomes = await Promise.allSettled(
      due.map(({ eventId, subject, payload }) => client.publish(subject, payload, { msgID: eventId, timeout: PUBLISH_TIMEOUT_MS })),
    );
    const unsent = due.filter((_, at) => outcomes[at]?.status === 'rejected').map(({ eventId }) => eventId);
    if (unsent.length === 0) return;
    await postgres.transaction((trx) => makeDue(trx, unsent, 1));
    throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
  };

  const run = async () => {
    const connection = await bus.connection(closing.signal);
    const client = connection.jetstream({ timeout: PUBLISH_TIMEOUT_MS });
    connection.subscribe(RECEIPTS, {
      queue: 'relay',
      callback: (error, message) => {
        if (error) return;
        received.add(message.string());
        if (received.size >= BATCH) nudge();
      },
    });
    let streamIsThere = false;
    while (!closing.signal.aborted) {
      alarm = new AbortController();
      const { signal } = alarm;
      try {
        await confirm();
        if (!streamIsThere) await ensureStream(await connection.jetstreamManager({ timeout: PUBLISH_TIMEOUT_MS }));
        streamIsThere = true;
        const due = await postgres.transaction((trx) => claimDue(trx, BATCH));
        await publish(client, due);
        if (due.length === BATCH) continue;
      } catch (error) {
        streamIsThere = false;
        if (!closing.signal.aborted) log.warn({ error }, 'events wait in the outbox');
      }
      if (!closing.signal.aborted) await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run().catch(() => undefined);

  return {
    nudge,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      nudge();
      await running;
    },
  };
}
