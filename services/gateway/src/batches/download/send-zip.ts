import { Readable } from 'node:stream';
import { type Batch, BatchStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { makeZip } from 'client-zip';
import type { FastifyReply } from 'fastify';
import { entriesOf } from './entries-of.ts';

/** What a ZIP is made of. */
export type ZipParts = Omit<Parameters<typeof entriesOf>[1], 'context'>;

/**
 * Answers with all results of a batch as a ZIP, made as fast as it is read. Pictures are small already, so they are stored as they are.
 * Failure `not_ended`.
 */
export function sendZip(reply: FastifyReply, batch: Batch, parts: Parameters<typeof entriesOf>[1]): FastifyReply {
  if (batch.status === BatchStatus.PROCESSING) throw new Failure('not_ended', { retryAfterS: 5 });
  reply.headers({
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="batch-${batch.id}.zip"`,
    'cache-control': 'private, no-cache',
  });
  return reply.send(Readable.fromWeb(makeZip(entriesOf(batch, parts))));
}
