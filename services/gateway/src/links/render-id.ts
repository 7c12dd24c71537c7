import { createHash } from 'node:crypto';

/**
 * The id of the screenshot that a link shows: the same for all who open it within one period, so that they share one capture, and another
 * one for each time it is tried again. A UUID of version 8 (RFC 9562 §5.8) from the SHA-256 of what decides about it.
 */
export function renderId(of: { accountId: string; token: string; period: number; tried: number }): string {
  const { accountId, token, period, tried } = of;
  const bytes = createHash('sha256')
    .update(JSON.stringify([accountId, token, period, tried]))
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
