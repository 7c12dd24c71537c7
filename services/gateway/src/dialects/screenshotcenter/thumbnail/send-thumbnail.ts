import { Failure } from '@shotwire/failures';
import type { FastifyReply } from 'fastify';
import { imageOf } from '../../../screenshots/kept.ts';
import { sendObject } from '../../../screenshots/send-object.ts';
import type { Call } from '../call.ts';
import { findScreenshot } from '../find-screenshot.ts';
import { named } from '../ids.ts';
import { take } from '../take.ts';
import type { Thumbnails } from './create-thumbnails.ts';
import { thumbnailReaders } from './readers.ts';

interface ThumbnailParts {
  intake: Parameters<typeof findScreenshot>[0];
  archive: Parameters<typeof sendObject>[2]['archive'];
  thumbnails: Thumbnails;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const editable = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/avif']);

/** Answers with a picture: as it is stored, or as it was asked for. */
export async function sendThumbnail(parts: ThumbnailParts, call: Call): Promise<FastifyReply> {
  const { reply, parameters } = call;
  const { id, shot, filename, ...edit } = take(parameters, { id: named, ...thumbnailReaders }, ['id']);
  const kept = imageOf(await findScreenshot(parts.intake, call, id));
  if (filename !== undefined) reply.header('content-disposition', `attachment; filename="${filename}"`);
  const isAsStored = Object.keys(edit).length === 0 || (Object.keys(edit).length === 1 && `image/${edit.format}` === kept.mimeType);
  if (isAsStored) return sendObject(reply, kept, parts);
  if (kept.expiresMs !== undefined && kept.expiresMs <= parts.now()) throw new Failure('expired');
  if (!editable.has(kept.mimeType)) {
    const says = [`cannot be changed: it is ${kept.mimeType}, and no picture`];
    throw new Failure('validation_error', { fields: Object.fromEntries(Object.keys(edit).map((name) => [name, says])) });
  }
  const { bytes, mimeType } = await parts.thumbnails.of(kept, edit);
  return reply.headers({ 'content-type': mimeType, 'cache-control': 'private, no-cache' }).send(bytes);
}
