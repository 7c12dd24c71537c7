import { AckPolicy, DiscardPolicy, type JetStreamManager, NatsError, nanos, RetentionPolicy, StorageType } from 'nats';

/** The stream that carries the facts. */
export const STREAM = 'SHOTWIRE_EVENTS';

/** Subject of the core message that says: this event is safe with its consumer. */
export const RECEIPTS = 'shotwire.receipts';

const DAY_MS = 86_400_000;

/** The subject an event type travels under. */
export function subjectOf(type: string): string {
  return `shotwire.events.${type}`;
}

/** Makes the stream when it is not there; one that an operator has changed is left as it is. Only what nats-server 2.9 knows is used. */
export async function ensureStream(manager: JetStreamManager): Promise<void> {
  if (!(await isMissing(manager.streams.info(STREAM)))) return;
  await manager.streams.add({
    name: STREAM,
    subjects: [subjectOf('>')],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(7 * DAY_MS),
    max_bytes: 256 * 1024 * 1024,
    duplicate_window: nanos(120_000),
  });
}

/** Makes the durable consumer when it is not there, and the stream before it. */
export async function ensureConsumer(manager: JetStreamManager, durable: string): Promise<void> {
  await ensureStream(manager);
  if (!(await isMissing(manager.consumers.info(STREAM, durable)))) return;
  await manager.consumers.add(STREAM, {
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    // No `backoff`: it would replace ack_wait, and redeliver while an event is being handled.
    // What a killed receiver had in hand comes again after this; keeping an event takes milliseconds.
    ack_wait: nanos(10_000),
    max_ack_pending: 256,
  });
}

async function isMissing(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return true;
    throw error;
  }
}
