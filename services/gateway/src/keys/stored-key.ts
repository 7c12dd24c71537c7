import { hashKey } from './hash-key.ts';

/** What is kept of a key: its hash, and how it begins, for people to know it by; nothing of one so short that this would tell too much. */
export function storedKey(key: string): { sha256: Buffer; prefix: string } {
  return { sha256: hashKey(key), prefix: key.length >= 32 ? key.slice(0, 9) : '' };
}
