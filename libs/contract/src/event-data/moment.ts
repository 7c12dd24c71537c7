import { type Instant, instantFromTimestamp } from '../instant.ts';

/** The years 1 to 9999, as google.protobuf.Timestamp has them; outside of them there is no Instant. */
const [earliestS, latestS] = [-62_135_596_800, 253_402_300_799];

/** A moment of an event as a body has it, six fractional digits and all; null for one that is not known. */
export function moment(timestamp: Parameters<typeof instantFromTimestamp>[0] | undefined): Instant | null {
  return timestamp && timestamp.seconds >= earliestS && timestamp.seconds <= latestS ? instantFromTimestamp(timestamp) : null;
}

/** The same without its fraction. */
export function momentInSeconds(timestamp: Parameters<typeof moment>[0]): string | null {
  return moment(timestamp)?.replace(/\.\d+Z$/, 'Z') ?? null;
}
