import type { Event } from '@shotwire/contract';

/** An event and its place in the stream. */
export interface Tailed {
  sequence: number;
  event: Event;
}
