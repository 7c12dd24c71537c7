import { AckPolicy, type Consumer, DeliverPolicy, type NatsConnection, nanos } from 'nats';
import { STREAM } from '../stream.ts';

export const ANSWER_TIMEOUT_MS = 2_000;
/** A consumer of which nothing was asked for as long is removed by the server. */
const INACTIVE_MS = 120_000;

/** A reader of the stream that the server knows for as long as it is used. */
export interface EphemeralConsumer extends Disposable {
  consumer: Consumer;
  /** How many events there were to read. */
  pending: number;
}

/** Makes a consumer of one's own that begins at a place. It acknowledges nothing and shares nothing. */
export async function openConsumer(connection: NatsConnection, from: number): Promise<EphemeralConsumer> {
  const manager = await connection.jetstreamManager({ timeout: ANSWER_TIMEOUT_MS });
  const { name, num_pending: pending } = await manager.consumers.add(STREAM, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    ack_policy: AckPolicy.None,
    inactive_threshold: nanos(INACTIVE_MS),
    mem_storage: true,
    num_replicas: 1,
  });
  const consumer = await connection.jetstream({ timeout: ANSWER_TIMEOUT_MS }).consumers.get(STREAM, name);
  return {
    consumer,
    pending,
    // It would go by itself; nobody waits for that.
    [Symbol.dispose]: () => void manager.consumers.delete(STREAM, name).catch(() => undefined),
  };
}
