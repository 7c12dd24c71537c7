import { createHash } from 'node:crypto';
import { toJson } from '@bufbuild/protobuf';
import { type Options, OptionsSchema } from '@shotwire/contract';

/** What decides about the result of a capture, as far as we can tell. */
interface Fingerprinted {
  url: string;
  html: string;
  markdown: string;
  /** Accepted: with every default filled in. */
  options: Options;
}

/** A hash that is the same for wishes of the same source and options, and for those alone: SHA-256 over canonical JSON. */
export function fingerprintOf({ url, html, markdown, options }: Fingerprinted): Buffer {
  const whole = { url, html, markdown, options: toJson(OptionsSchema, options) };
  return createHash('sha256').update(JSON.stringify(whole, inOrder)).digest();
}

/** The fields of an object in the order of their names: that of a map is its sender's. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
