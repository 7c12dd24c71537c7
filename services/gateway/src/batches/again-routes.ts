import type { Batch, IntakeService } from '@shotwire/contract';
import { ScreenshotStatus } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callContext } from '../http/call-context.ts';
import { assertDomain } from '../keys/assert-domain.ts';
import { withIdempotency } from '../limits/with-idempotency.ts';
import { operations } from './operations.ts';
import { presentBatch } from './present-batch.ts';
import { batchFromProto } from './translate.ts';

type AgainParts = Parameters<typeof withIdempotency>[0] & {
  intake: Pick<RpcClient<typeof IntakeService>, 'getBatch' | 'cancelBatch' | 'replayBatch' | 'listScreenshots'>;
  /** Where clients reach the API, without a slash at its end. */
  publicUrl: string;
};

interface ById {
  Params: { id: string };
}

/** Longer than other calls have: thousands of rows end, or are inserted, in one. */
const patienceMs = 30_000;
/** Rows that are asked for at once. */
const pageSize = 100;

/** How a batch is ended by its owner, or begun once more. */
export function againRoutes(app: FastifyInstance, parts: AgainParts): void {
  const { intake, publicUrl } = parts;

  app.post<ById>('/batches/:id/cancel', { schema: operations.cancel }, async (request) => {
    const calling = { context: callContext(request), timeoutMs: patienceMs };
    return batchFromProto(presentBatch(await intake.cancelBatch(request.params, calling)), { publicUrl });
  });

  app.post<ById>('/batches/:id/replay', { schema: operations.replay }, async (request, reply) => {
    const calling = { context: callContext(request), timeoutMs: patienceMs };
    const old = presentBatch(await intake.getBatch(request.params, calling));
    // What another key made may be of other domains.
    if (request.key?.domains.length) await assertDomains(intake, request, old);
    const replay = async (newId: string) => presentBatch(await intake.replayBatch({ id: old.id, newId }, calling));
    const batch = await withIdempotency(parts, request, { captures: old.failed, body: request.params }, replay);
    return reply.code(202).header('location', `${publicUrl}/api/v1/batches/${batch.id}`).send(batchFromProto(batch, { publicUrl }));
  });
}

async function assertDomains(intake: Pick<AgainParts['intake'], 'listScreenshots'>, request: FastifyRequest, { id }: Batch): Promise<void> {
  const failed = { batchId: id, status: ScreenshotStatus.FAILED, limit: pageSize };
  let after = 0n;
  do {
    const { screenshots, next } = await intake.listScreenshots({ ...failed, after }, { context: callContext(request) });
    for (const { url } of screenshots) assertDomain(request.key, url);
    after = next;
  } while (after > 0n);
}
