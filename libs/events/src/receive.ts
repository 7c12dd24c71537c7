import { setTimeout as sleep } from 'node:timers/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import type { ConsumerMessages, JsMsg, NatsConnection } from 'nats';
import type { Bus, Log } from './bus.ts';
import { ensureConsumer, RECEIPTS, STREAM } from './stream.ts';

interface ReceiverParts {
  bus: Bus;
  /** Name of the durable consumer; replicas of a service share it. */
  durable: string;
  /** Makes the event safe. Called again for an event it has seen; rejects to have it redelivered. */
  keep: (event: Event) => Promise<void>;
  log: Log;
}

/** How long one pull waits for messages; also how soon a lost connection is noticed. */
const PULL_MS = 5_000;
const BATCH = 64;
const AT_ONCE = 8;
const RETRY_MS = 1_000;

/** Receives events for as long as it is open. An event is acknowledged, and its sender told, only once `keep` has resolved. */
export function startReceiver({ bus, durable, keep, log }: ReceiverParts): AsyncDisposable {
  const closing = new AbortController();
  let pulled: ConsumerMessages | undefined;

  const handle = async (connection: NatsConnection, message: JsMsg) => {
    let event: Event;
    try {
      event = fromBinary(EventSchema, message.data);
    } catch (error) {
      // It would fail the same way for ever. Its sender keeps it: nothing confirms it.
      log.warn({ error, subject: message.subject, sequence: message.seq }, 'an event could not be read');
      return message.term();
    }
    try {
      await keep(event);
      message.ack();
      connection.publish(RECEIPTS, event.id);
    } catch (error) {
      log.warn({ error, event: event.id }, 'an event could not be kept; it will come again');
      message.nak(RETRY_MS);
    }
  };

  const pull = async (connection: NatsConnection) => {
    const consumer = await connection.jetstream().consumers.get(STREAM, durable);
    const hands = new Set<Promise<void>>();
    while (!closing.signal.aborted) {
      pulled = await consumer.fetch({ max_messages: BATCH, expires: PULL_MS });
      for await (const message of pulled) {
        const hand = handle(connection, message).finally(() => hands.delete(hand));
        hands.add(hand);
        if (hands.size >= AT_ONCE) await Promise.race(hands);
      }
    }
    await Promise.all(hands);
  };

  const run = async () => {
    const connection = await bus.connection(closing.signal);
    while (!closing.signal.aborted) {
      try {
        await ensureConsumer(await connection.jetstreamManager(), durable);
        await pull(connection);
      } catch (error) {
        if (closing.signal.aborted) return;
        log.warn({ error }, 'the event stream cannot be read; trying again');
        await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };
  const running = run().catch(() => undefined);

  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await pulled?.close();
      await running;
    },
  };
}
