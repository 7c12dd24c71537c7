import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { type Instant, instantFromTimestamp } from '@shotwire/contract';

/** A moment as answers write it; null when there is none. */
export function whenSet(timestamp: Timestamp | undefined): Instant | null {
  return timestamp ? instantFromTimestamp(timestamp) : null;
}
