import { fromBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';

/** The event in a message, or undefined when it is none. */
export function readEvent({ data }: { data: Uint8Array }): Event | undefined {
  try {
    const event = fromBinary(EventSchema, data);
    // Also no bytes at all can be read as an event, one that says nothing.
    return event.id === '' ? undefined : event;
  } catch {
    return undefined;
  }
}
