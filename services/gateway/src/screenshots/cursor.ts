import { fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type ListPosition, ListPositionSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The last second of the year 9999, where Timestamp ends. */
const lastSecond = 253_402_300_799n;

/** A place in the list as clients carry it, opaque to them. */
export function cursorFromPosition(position: ListPosition): string {
  return Buffer.from(toBinary(ListPositionSchema, position)).toString('base64url');
}

/** The pair of {@link cursorFromPosition}. Failure `validation_error` for what we did not make. */
export function positionFromCursor(cursor: string): MessageInitShape<typeof ListPositionSchema> {
  const position = decode(cursor);
  if (!position) throw new Failure('validation_error', { fields: { cursor: ['must be the next_cursor of the page before'] } });
  return position;
}

function decode(cursor: string): ListPosition | undefined {
  try {
    const position = fromBinary(ListPositionSchema, Buffer.from(cursor, 'base64url'));
    const { seconds = -1n, nanos = -1 } = position.createdAt ?? {};
    const isPlace = seconds >= 0n && seconds <= lastSecond && nanos >= 0 && nanos < 1e9 && uuid.test(position.id);
    return isPlace && cursorFromPosition(position) === cursor ? position : undefined;
  } catch {
    return undefined;
  }
}
