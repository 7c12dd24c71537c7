import type { NatsConnection } from 'nats';
import { ensureStream, STREAM } from '../stream.ts';
import { ANSWER_TIMEOUT_MS } from './open-consumer.ts';
import type { StreamExtent } from './ring.ts';

/** How far the stream reaches; it is made where it is missing. */
export async function extentOf(connection: NatsConnection): Promise<StreamExtent> {
  const manager = await connection.jetstreamManager({ timeout: ANSWER_TIMEOUT_MS });
  await ensureStream(manager);
  const { created, state } = await manager.streams.info(STREAM);
  return { created, firstSequence: state.first_seq, lastSequence: state.last_seq };
}
