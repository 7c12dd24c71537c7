/** The parts of a W3C `traceparent` header: https://www.w3.org/TR/trace-context/#traceparent-header */
export interface Traceparent {
  /** 32 hexadecimal digits, the same along the whole way of a request. */
  readonly traceId: string;
  /** 16 hexadecimal digits, new at each step. */
  readonly spanId: string;
  readonly sampled: boolean;
}

/** A source of random bytes, such as `randomBytes` of node:crypto. */
export type RandomBytes = (length: number) => Uint8Array;

// A version above 00 may carry more after the flags; version ff is forbidden.
const shape = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** The parts of a traceparent, or undefined when the text is not one. */
export function parseTraceparent(text: string): Traceparent | undefined {
  const [, version, traceId, spanId, flags, more] = shape.exec(text) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === '00' && more !== undefined) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The first traceparent of a request that came without one. */
export function newTraceparent(randomBytes: RandomBytes): string {
  return `00-${hex(randomBytes(16))}-${hex(randomBytes(8))}-01`;
}

/** The traceparent of the next step of the same request; a new one when the parent is missing or not valid. */
export function childTraceparent(parent: string | undefined, randomBytes: RandomBytes): string {
  const parsed = parent === undefined ? undefined : parseTraceparent(parent);
  if (parsed === undefined) return newTraceparent(randomBytes);
  return `00-${parsed.traceId}-${hex(randomBytes(8))}-${parsed.sampled ? '01' : '00'}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
