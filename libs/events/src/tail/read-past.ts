import type { NatsConnection } from 'nats';
import { readEvent } from '../read-event.ts';
import { openConsumer } from './open-consumer.ts';
import type { Tailed } from './tailed.ts';

const BATCH = 64;
const PULL_MS = 5_000;

/** The events after a place as JetStream has them, of all accounts, by a consumer of its own; ends when there are no more. */
export async function* readPast(connection: NatsConnection, after: number): AsyncGenerator<Tailed, void> {
  using opened = await openConsumer(connection, after + 1);
  if (opened.pending === 0) return;
  for (;;) {
    let came = 0;
    for await (const message of await opened.consumer.fetch({ max_messages: BATCH, expires: PULL_MS })) {
      came++;
      const event = readEvent(message);
      const { seq: sequence, info } = message;
      if (event) yield { sequence, event };
      if (info.pending === 0) return;
    }
    if (came === 0) throw new Error('the event stream gives nothing of what it has');
  }
}
