import { toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { connect } from 'nats';
import { ensureStream, subjectOf } from '../stream.ts';

/** Puts events into the stream as a relay does; it is made where it is missing. Gives their places. */
export async function publishEvents({ url }: { url: string }, events: readonly Event[]): Promise<number[]> {
  const connection = await connect({ servers: url });
  try {
    const manager = await connection.jetstreamManager();
    await ensureStream(manager);
    const places: number[] = [];
    for (const event of events) places.push((await manager.jetstream().publish(subjectOf(event.type), toBinary(EventSchema, event))).seq);
    return places;
  } finally {
    await connection.close();
  }
}
