import type { ArchiveReader } from '@shotwire/archive';
import { instantFromTimestamp, instantToMs, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { FastifyReply } from 'fastify';
import { goneSignal } from '../http/call-context.ts';

interface ImageParts {
  archive: ArchiveReader;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How long the archive may take to begin. After that the pace is the client's, and a connection that stands still is cut. */
const openMs = 10_000;

/**
 * Answers with a screenshot's bytes, as the archive gives them. Failure `not_ready`, `no_image`, `expired`, or `storage_failed`.
 * The bytes behind an id never change, so the id is their tag.
 */
export async function sendImage(reply: FastifyReply, screenshot: Screenshot, { archive, now }: ImageParts): Promise<FastifyReply> {
  const image = imageOf(screenshot, now());
  const etag = `"${screenshot.id}"`;
  reply.headers({ etag, 'cache-control': 'private, no-cache' });
  if (matches(reply.request.headers['if-none-match'], etag)) return reply.code(304).send();
  const found = await openWithin(reply, (signal) => archive.get({ key: image.key, signal }));
  if (!found) throw new Failure('expired');
  reply.headers({ 'content-type': found.mimeType, 'content-length': found.size });
  if (reply.request.method !== 'HEAD') return reply.send(found.body);
  found.body.destroy();
  return reply.send();
}

function imageOf({ status, image }: Screenshot, nowMs: number): NonNullable<Screenshot['image']> {
  if (status === ScreenshotStatus.PENDING || status === ScreenshotStatus.PROCESSING) throw new Failure('not_ready', { retryAfterS: 1 });
  if (status !== ScreenshotStatus.COMPLETED || !image) throw new Failure('no_image');
  if (image.expiresAt && instantToMs(instantFromTimestamp(image.expiresAt)) <= nowMs) throw new Failure('expired');
  return image;
}

async function openWithin<T>(reply: FastifyReply, open: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Failure('unavailable')), openMs);
  try {
    return await open(AbortSignal.any([goneSignal(reply), late.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** Whether `If-None-Match` names the tag; weak comparison, as RFC 9110 §13.1.2 has it. */
function matches(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((one) => ['*', etag, `W/${etag}`].includes(one.trim())) ?? false;
}
