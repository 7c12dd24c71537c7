import type { IntakeService } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { operations } from '../operations.ts';
import { presentBatch } from '../present-batch.ts';
import { sendZip, type ZipParts } from './send-zip.ts';

type DownloadParts = ZipParts & { intake: Pick<RpcClient<typeof IntakeService>, 'getBatch'> };

/** All results of a batch as a ZIP. */
export function downloadRoute(app: FastifyInstance, parts: DownloadParts): void {
  // Without HEAD, which would make all of it and throw it away.
  const options = { schema: operations.download, exposeHeadRoute: false };
  app.get<{ Params: { id: string } }>('/batches/:id/download', options, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    return sendZip(reply, presentBatch(await parts.intake.getBatch(request.params, { context })), { ...parts, context });
  });
}
