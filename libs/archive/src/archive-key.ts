import { extname } from 'node:path';

// No segment may begin with a dot: that rules out `..`, and leaves such names to the folder's own use.
const keyShape = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;
const prefixShape = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/|$))*$/;
const longestKey = 500;

const mimeTypes: Record<string, string> = {
  '.png': 'image/png',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.pdf': 'application/pdf',
  '.html': 'text/html',
  '.mhtml': 'multipart/related',
  '.md': 'text/markdown',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
  '.json': 'application/json',
};

/** What an object of this key holds, by the key's extension. */
export function mimeTypeOf(key: string): string {
  return mimeTypes[extname(key)] ?? 'application/octet-stream';
}

/** Throws a TypeError for what is not a key: keys are made by this system, so a bad one is a mistake in it. */
export function assertKey(key: string): void {
  if (key.length > longestKey || !keyShape.test(key)) throw new TypeError(`"${key}" is not an archive key.`);
}

/** Throws a TypeError for what is not the beginning of a key. */
export function assertPrefix(prefix: string): void {
  if (prefix.length > longestKey || !prefixShape.test(prefix)) throw new TypeError(`"${prefix}" does not begin an archive key.`);
}
