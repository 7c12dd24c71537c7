import { create } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';

/** A moment as every room but the wire writes it: UTC, six fractional digits, `Z`. Sorts as text. */
export type Instant = string & { readonly __instant: never };

/** An instant from milliseconds since the epoch. */
export function instantFromMs(ms: number): Instant {
  return new Date(ms).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z') as Instant;
}

/** Milliseconds since the epoch, the microseconds cut off. */
export function instantToMs(instant: Instant): number {
  return Date.parse(instant);
}

/** An instant as it travels in a message. */
export function instantToTimestamp(instant: Instant): Timestamp {
  const micros = Number(instant.slice(20, 26));
  return create(TimestampSchema, { seconds: BigInt(Math.floor(Date.parse(instant) / 1000)), nanos: micros * 1000 });
}

/** The pair of {@link instantToTimestamp}; nanoseconds below a microsecond are cut off. */
export function instantFromTimestamp({ seconds, nanos }: Timestamp): Instant {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` as Instant;
}
