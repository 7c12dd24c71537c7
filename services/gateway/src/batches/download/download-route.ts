import { Readable } from 'node:stream';
import { BatchStatus, type IntakeService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import { makeZip } from 'client-zip';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { operations } from '../operations.ts';
import { presentBatch } from '../present-batch.ts';
import { entriesOf } from './entries-of.ts';

type DownloadParts = Omit<Parameters<typeof entriesOf>[1], 'context'> & {
  intake: Pick<RpcClient<typeof IntakeService>, 'getBatch'>;
};

/** All results of a batch as a ZIP, made as fast as it is read. Pictures are small already, so they are stored as they are. */
export function downloadRoute(app: FastifyInstance, parts: DownloadParts): void {
  // Without HEAD, which would make all of it and throw it away.
  const options = { schema: operations.download, exposeHeadRoute: false };
  app.get<{ Params: { id: string } }>('/batches/:id/download', options, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const batch = presentBatch(await parts.intake.getBatch(request.params, { context }));
    if (batch.status === BatchStatus.PROCESSING) throw new Failure('not_ended', { retryAfterS: 5 });
    reply.headers({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="batch-${batch.id}.zip"`,
      'cache-control': 'private, no-cache',
    });
    return reply.send(Readable.fromWeb(makeZip(entriesOf(batch, { ...parts, context }))));
  });
}
