import { extensionOf, type Screenshot } from '@shotwire/contract';
import type { Links } from '@shotwire/links';
import { create as contentDisposition } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import { imageOf } from '../../screenshots/kept.ts';
import { requireCompleted } from '../../screenshots/require-completed.ts';
import { sendObject } from '../../screenshots/send-object.ts';
import { linkOf } from '../link-of.ts';
import type { Manner } from './manner.ts';

type ResultParts = Parameters<typeof sendObject>[2] & { links: Pick<Links, 'imageUrl'> };

/** Answers with what was waited for, in the manner that was asked for: bytes, JSON with a link to them, or nothing. */
export async function sendResult(
  reply: FastifyReply,
  { ended, manner }: { ended: Screenshot; manner: Manner },
  parts: ResultParts,
): Promise<FastifyReply> {
  const completed = requireCompleted(ended);
  const { response_type: type = 'by_format', cache, attachment_name: name } = manner;
  if (type === 'empty') return reply.code(200).send();
  const link = linkOf(completed, parts);
  if (cache) reply.header('x-screenshotone-cache-url', link);
  if (type === 'json') return reply.send({ screenshot_url: link, ...(cache && { cache_url: link }) });
  const kept = imageOf(completed);
  if (name !== undefined) reply.header('content-disposition', contentDisposition(`${name}.${extensionOf(kept.mimeType)}`));
  return sendObject(reply, kept, parts);
}
