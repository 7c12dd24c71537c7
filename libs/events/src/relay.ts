import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '@shotwire/deadlines';
import type { Postgres } from '@shotwire/postgres';
import type { NatsConnection } from 'nats';
import type { Bus, Log } from './bus.ts';
import { claimDue, type Due, makeDue, removeReceived } from './outbox.ts';
import { ensureStream, RECEIPTS } from './stream.ts';

interface RelayParts {
  postgres: Postgres;
  bus: Bus;
  log: Log;
  /** How long a receipt may take before the event is published again; then twice as long each time, up to 5 minutes. */
  resendAfterS?: number;
}

/** A running relay. */
export interface Relay extends AsyncDisposable {
  /** An event was committed: publish it now rather than at the next poll. */
  nudge(): void;
}

const POLL_MS = 1_000;
const ANSWER_TIMEOUT_MS = 2_000;
const BATCH = 100;

/**
 * Publishes what is in the outbox until its consumer confirms it. It is relay and reconciler in one: an event whose receipt does not
 * come is published again, so a stream that was deleted, rolled back or never synced to disk costs time and nothing else.
 * Several relays on one outbox share the work.
 */
export function startRelay({ postgres, bus, log, resendAfterS = 10 }: RelayParts): Relay {
  const closing = new AbortController();
  let alarm = new AbortController();
  const nudge = () => alarm.abort();
  const received = new Set<string>();
  /** Answers of NATS are not waited for once the relay closes. */
  const heard = <T>(answer: Promise<T>): Promise<T> => orAborted(answer, closing.signal);

  const confirm = async () => {
    const eventIds = [...received];
    if (eventIds.length === 0) return;
    await postgres.transaction((trx) => removeReceived(trx, eventIds));
    for (const id of eventIds) received.delete(id);
  };

  const publish = async (connection: NatsConnection, due: readonly Due[]) => {
    const client = connection.jetstream({ timeout: ANSWER_TIMEOUT_MS });
    const sent = due.map(({ eventId, subject, payload }) => client.publish(subject, payload, { msgID: eventId }));
    const outcomes = await heard(Promise.allSettled(sent));
    const unsent = due.filter((_, at) => outcomes[at]?.status === 'rejected').map(({ eventId }) => eventId);
    if (unsent.length === 0) return;
    await postgres.transaction((trx) => makeDue(trx, unsent, 1));
    throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
  };

  const ensure = async (connection: NatsConnection) => ensureStream(await connection.jetstreamManager({ timeout: ANSWER_TIMEOUT_MS }));

  const work = async (connection: NatsConnection) => {
    let streamIsThere = false;
    while (!closing.signal.aborted) {
      alarm = new AbortController();
      const { signal } = alarm;
      try {
        await confirm();
        if (!streamIsThere) await heard(ensure(connection));
        streamIsThere = true;
        const due = await postgres.transaction((trx) => claimDue(trx, { limit: BATCH, resendAfterS }));
        await publish(connection, due);
        if (due.length === BATCH) continue;
      } catch (error) {
        streamIsThere = false;
        if (!closing.signal.aborted) log.warn({ error }, 'events wait in the outbox');
      }
      if (!closing.signal.aborted) await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  };

  const run = async () => {
    const connection = await bus.connection(closing.signal);
    const receipts = connection.subscribe(RECEIPTS, {
      queue: 'relay',
      callback: (error, message) => {
        if (error) return;
        received.add(message.string());
        if (received.size >= BATCH) nudge();
      },
    });
    await work(connection);
    // Another relay hears of what is received from now on.
    receipts.unsubscribe();
    await confirm();
  };
  const running = run().catch((error) => {
    // What is not confirmed is published again.
    if (!closing.signal.aborted) log.warn({ error }, 'the relay ended');
  });

  return {
    nudge,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      nudge();
      await running;
    },
  };
}
