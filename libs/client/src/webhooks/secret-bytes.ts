import { fromBase64 } from './bytes.ts';

const prefix = 'whsec_';

/** The key that a secret stands for: the bytes behind `whsec_`, or the UTF-8 of any other text. Throws a TypeError on none. */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith(prefix) ? fromBase64(secret.slice(prefix.length)) : new TextEncoder().encode(secret);
  if (!bytes || bytes.length === 0) throw new TypeError('The secret is neither a text nor whsec_ and base64.');
  return bytes;
}
