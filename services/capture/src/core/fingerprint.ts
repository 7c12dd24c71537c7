import { createHash } from 'node:crypto';
import type { Options } from '@shotwire/contract';
import { canonicalOptions } from './spelled-options.ts';

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
  const [of, by] = [JSON.stringify({ html, markdown }).slice(0, -1), JSON.stringify(url)];
  return createHash('sha256')
    .update(`${of},"options":${canonicalOptions(options)},"url":${by}}`)
    .digest();
}
