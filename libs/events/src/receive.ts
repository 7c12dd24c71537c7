import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@shotwire/contract';
import { orAborted } from '@shotwire/deadlines';
import type { Consumer, ConsumerMessages, JsMsg, NatsConnection } from 'nats';
import type { Bus, Log } from './bus.ts';
import { readEvent } from './read-event.ts';
import { ensureConsumer, RECEIPTS, STREAM } from './stream.ts';

interface ReceiverParts {
  bus: Bus;
  /** Name of the durable consumer; replicas of a service share it. */
  durable: string;
  /** Makes the event safe. Called again for an event it has seen; rejects to have it redelivered. */
  keep: (event: Event) => Promise<void>;
  log: Log;
}

/** How long one pull waits for messages. */
const PULL_MS = 5_000;
const ANSWER_TIMEOUT_MS = 2_000;
const BATCH = 64;
const AT_ONCE = 8;
const RETRY_MS = 1_000;
/** What can never be kept comes again for ever, and shall cost little: each time twice as late, so much at most. */
const RETRY_AT_MOST_MS = 10_000;

/** Receives events for as long as it is open. An event is acknowledged, and its sender told, only once `keep` has resolved. */
export function startReceiver({ bus, durable, keep, log }: ReceiverParts): AsyncDisposable {
  const closing = new AbortController();
  const hands = new Set<Promise<void>>();
  let pulled: ConsumerMessages | undefined;

  const handle = async (connection: NatsConnection, message: JsMsg) => {
    // Another replica shall have it soon, not when its acknowledgement is overdue. Not at once: it would still come here.
    if (closing.signal.aborted) return message.nak(RETRY_MS);
    const event = readEvent(message);
    if (!event) {
      // It would fail the same way for ever. Its sender keeps it: nothing confirms it.
      log.warn({ subject: message.subject, sequence: message.seq }, 'an event could not be read');
      return message.term();
    }
    try {
      await keep(event);
    } catch (error) {
      log.warn({ error, event: event.id }, 'an event could not be kept; it will come again');
      return message.nak(Math.min(RETRY_AT_MOST_MS, RETRY_MS * 2 ** (message.info.redeliveryCount - 1)));
    }
    message.ack();
    connection.publish(RECEIPTS, event.id);
  };

  const take = (connection: NatsConnection, message: JsMsg) => {
    const hand = handle(connection, message)
      // The connection was closed meanwhile: what is not acknowledged comes again.
      .catch((error) => log.warn({ error }, 'an event could not be answered'))
      .finally(() => hands.delete(hand));
    hands.add(hand);
  };

  const pull = async (connection: NatsConnection, consumer: Consumer) => {
    pulled = await consumer.fetch({ max_messages: BATCH, expires: PULL_MS });
    if (closing.signal.aborted) void pulled.close();
    for await (const message of pulled) {
      take(connection, message);
      if (hands.size >= AT_ONCE) await Promise.race(hands);
    }
  };

  const find = async (connection: NatsConnection): Promise<Consumer> => {
    await ensureConsumer(await connection.jetstreamManager({ timeout: ANSWER_TIMEOUT_MS }), durable);
    return connection.jetstream({ timeout: ANSWER_TIMEOUT_MS }).consumers.get(STREAM, durable);
  };

  const run = async () => {
    const connection = await bus.connection(closing.signal);
    while (!closing.signal.aborted) {
      try {
        const consumer = await orAborted(find(connection), closing.signal);
        while (!closing.signal.aborted) await pull(connection, consumer);
      } catch (error) {
        if (closing.signal.aborted) return;
        log.warn({ error }, 'the event stream cannot be read; trying again');
        await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  const running = run().catch((error) => {
    if (!closing.signal.aborted) log.warn({ error }, 'the receiver ended');
  });

  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      void pulled?.close();
      await running;
      await Promise.all(hands);
    },
  };
}
