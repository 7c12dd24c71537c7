/** A new Idempotency-Key: 32 hexadecimal digits, in browsers without TLS as well. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
