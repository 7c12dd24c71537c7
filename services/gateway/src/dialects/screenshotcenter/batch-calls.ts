import { type Batch, BatchStatus, type IntakeService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { sendZip, type ZipParts } from '../../batches/download/send-zip.ts';
import { callContext, goneSignal } from '../../http/call-context.ts';
import { good } from './answers.ts';
import { answerCall, type Call } from './call.ts';
import { createBatch, createCrawl } from './create-batch.ts';
import { type Named, named } from './ids.ts';
import { whole } from './read.ts';
import { shownBatch, shownCrawl } from './shown-batch.ts';
import { type ShowParts, shownScreenshot } from './shown-screenshot.ts';
import { take } from './take.ts';

type BatchCallParts = ShowParts &
  ZipParts &
  Parameters<typeof createBatch>[0] & {
    intake: Pick<RpcClient<typeof IntakeService>, 'getBatch' | 'listBatches' | 'cancelBatch' | 'listScreenshots'>;
    /** Where clients reach the API, without a slash at its end. */
    publicUrl: string;
  };

const listReaders = { limit: whole(1, 100), offset: whole(0, 100_000) };

/** How many of its pages a crawl shows. */
const MOST_SHOWN = 100;

/** `/batch/…` and `/crawl/…`: to us both are batches, to them each knows nothing of the other. */
export function batchCalls(scope: FastifyInstance, parts: BatchCallParts): void {
  const { intake, links, publicUrl } = parts;
  const contextOf = ({ request, reply }: Call) => ({ ...callContext(request), signal: goneSignal(reply) });

  async function find(call: Call, id: Named, isCrawl: boolean): Promise<Batch> {
    const { batch } = await intake.getBatch(id, { context: contextOf(call) });
    if (!batch || (batch.crawl !== undefined) !== isCrawl) throw new Failure('not_found');
    return batch;
  }

  const showBatch = (batch: Batch) => shownBatch(batch, { publicUrl });
  for (const [path, isCrawl, show, create] of [
    ['/batch', false, showBatch, createBatch],
    ['/crawl', true, shownCrawl, createCrawl],
  ] as const) {
    answerCall(scope, `${path}/create`, 'capture', async (call) => good(show(await create(parts, call))));

    answerCall(scope, `${path}/info`, 'read', async (call) => {
      const batch = await find(call, take(call.parameters, { id: named }, ['id']).id, isCrawl);
      if (!isCrawl) return good(show(batch));
      const context = contextOf(call);
      const { screenshots } = await intake.listScreenshots({ batchId: batch.id, limit: MOST_SHOWN }, { context });
      return good({ ...show(batch), screenshots: screenshots.map((one) => shownScreenshot(one, { links })) });
    });

    answerCall(scope, `${path}/list`, 'read', async (call) => {
      const { limit = 20, offset = 0 } = take(call.parameters, listReaders);
      const { batches } = await intake.listBatches({ limit, offset, crawls: isCrawl }, { context: contextOf(call) });
      return good(batches.map(show));
    });

    answerCall(scope, `${path}/cancel`, 'capture', async (call) => {
      const { id, status } = await find(call, take(call.parameters, { id: named }, ['id']).id, isCrawl);
      if (status !== BatchStatus.PROCESSING) throw new Failure('already_ended');
      const { batch } = await intake.cancelBatch({ id }, { context: callContext(call.request) });
      return good(batch ? show(batch) : null);
    });
  }

  answerCall(scope, '/batch/download', 'read', async (call) => {
    const batch = await find(call, take(call.parameters, { id: named }, ['id']).id, false);
    return sendZip(call.reply, batch, { ...parts, context: contextOf(call) });
  });
}
