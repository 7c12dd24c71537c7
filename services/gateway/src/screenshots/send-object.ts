import { extname } from 'node:path';
import type { ArchiveReader } from '@shotwire/archive';
import { Failure } from '@shotwire/failures';
import type { FastifyReply } from 'fastify';
import { goneSignal } from '../http/call-context.ts';
import { openWithin } from './open-within.ts';

/** A stored object, as its screenshot tells of it. */
export interface Kept {
  key: string;
  /** Names it for as long as it is there: the bytes behind an id never change. */
  tag: string;
  mimeType: string;
  /** When it goes, in milliseconds since the epoch; undefined when only the archive knows. */
  expiresMs: number | undefined;
}

interface ObjectParts {
  archive: ArchiveReader;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What a browser shows without running anything of it in our name. */
const harmless = new Set([
  ...['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'video/webm', 'video/mp4'],
  ...['application/pdf', 'application/json'],
]);

/** Answers with stored bytes, as the archive gives them. Failure `expired` or `storage_failed`. */
export async function sendObject(
  reply: FastifyReply,
  { key, tag, mimeType, expiresMs }: Kept,
  { archive, now }: ObjectParts,
): Promise<FastifyReply> {
  if (expiresMs !== undefined && expiresMs <= now()) throw new Failure('expired');
  const etag = `"${tag}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (matches(reply.request.headers['if-none-match'], etag)) return reply.code(304).send();
  const found = await openWithin(goneSignal(reply), (signal) => archive.get({ key, signal }));
  if (!found) throw new Failure('expired');
  reply.headers({ 'content-type': mimeType.startsWith('text/') ? `${mimeType}; charset=utf-8` : mimeType, 'content-length': found.size });
  // Safari shows no PDF whose policy allows nothing, and no picture needs one.
  if (harmless.has(mimeType)) reply.removeHeader('content-security-policy');
  else {
    // A stranger's page: from our origin it could act with the rights of whoever opens it.
    reply.headers({
      'content-disposition': `attachment; filename="${tag}${extname(key)}"`,
      'content-security-policy': "sandbox; default-src 'none'",
    });
  }
  if (reply.request.method !== 'HEAD') return reply.send(found.body);
  found.body.destroy();
  return reply.send();
}

/** Whether `If-None-Match` names the tag; weak comparison, as RFC 9110 §13.1.2 has it. */
function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim())) ?? false;
}
