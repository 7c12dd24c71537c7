import { createHash } from 'node:crypto';

/** A key as it is stored. Keys are long and random, so a plain hash keeps them secret. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
