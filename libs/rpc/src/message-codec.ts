import { create, type DescMessage, fromBinary, type MessageInitShape, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { maxMessageBytes } from './limits.ts';

/** A message as bytes. Throws when a value does not fit its field, or when the message is larger than 8 MiB. */
export function encodeMessage<D extends DescMessage>(desc: D, message: MessageInitShape<D>): Buffer {
  const bytes = toBinary(desc, create(desc, message));
  if (bytes.byteLength > maxMessageBytes) throw new RangeError(`${desc.typeName} of ${bytes.byteLength} bytes is too large to send`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The pair of {@link encodeMessage}. Throws when the bytes are not such a message. */
export function decodeMessage<D extends DescMessage>(desc: D, bytes: Uint8Array): MessageShape<D> {
  return fromBinary(desc, bytes);
}
