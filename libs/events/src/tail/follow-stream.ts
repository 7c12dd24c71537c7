import { orAborted } from '@shotwire/deadlines';
import type { JsMsg, NatsConnection } from 'nats';
import { readEvent } from '../read-event.ts';
import { extentOf } from './extent-of.ts';
import { openConsumer } from './open-consumer.ts';
import type { Ring } from './ring.ts';
import type { Tailed } from './tailed.ts';

interface Following {
  connection: NatsConnection;
  ring: Ring;
  heard: (tailed: Tailed) => void;
  /** Called once everything that there was has been heard. */
  caughtUp: () => void;
  signal: AbortSignal;
}

const BATCH = 64;
/** How long one pull waits for events; one that is lost, or goes to a consumer that is gone, costs as much. */
const PULL_MS = 5_000;

/**
 * Reads the stream into the ring by an ephemeral consumer of its own, each event once and in order. Rejects when the consumer is lost, a message
 * is missing or the signal aborts; called again it goes on where it was.
 */
export async function followStream({ connection, ring, heard, caughtUp, signal }: Following): Promise<never> {
  const from = ring.begin(await orAborted(extentOf(connection), signal));
  using opened = await openConsumer(connection, from);
  let expected = 1;

  const take = ({ seq: sequence, data, info }: JsMsg) => {
    if (info.deliverySequence !== expected++) throw new Error('a message of the event stream is missing');
    const event = readEvent({ data });
    if (!event) ring.skip(sequence);
    else if (ring.add({ sequence, event }, data.length)) heard({ sequence, event });
    if (info.pending === 0) caughtUp();
  };

  if (opened.pending === 0) caughtUp();
  for (;;) {
    signal.throwIfAborted();
    const pulled = await opened.consumer.fetch({ max_messages: BATCH, expires: PULL_MS });
    const leave = () => void pulled.close();
    signal.addEventListener('abort', leave, { once: true });
    try {
      for await (const message of pulled) take(message);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
