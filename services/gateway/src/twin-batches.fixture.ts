import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type Batch,
  BatchSchema,
  BatchStatus,
  type CreateBatchRequest,
  type IntakeService,
  instantFromMs,
  instantToTimestamp,
  type Screenshot,
  ScreenshotSchema,
  ScreenshotStatus,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { CallContext, Implementation } from '@shotwire/rpc';

type BatchCalls = Pick<Implementation<typeof IntakeService>, 'createBatch' | 'getBatch' | 'listBatches' | 'cancelBatch' | 'replayBatch'>;

const createdAt = instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:30:00Z')));

/** Capture's calls about batches, which keep their rows among those screenshots. */
export function twinBatches(screenshots: Map<string, Screenshot>) {
  const batches = new Map<string, Batch>();
  const asked: CreateBatchRequest[] = [];

  function find({ id, number }: { id: string; number?: bigint }, { account }: CallContext): Batch {
    const found = number ? [...batches.values()].find((one) => one.number === number) : batches.get(id);
    if (!found || found.accountId !== account) throw new Failure('not_found');
    return found;
  }
  function keep(id: string, { account = '' }: CallContext, urls: readonly string[], more: MessageInitShape<typeof BatchSchema>): Batch {
    const own = { id, accountId: account, number: BigInt(batches.size + 1), total: urls.length, status: BatchStatus.PROCESSING, createdAt };
    const batch = create(BatchSchema, { ...own, ...more });
    batches.set(id, batch);
    for (const [index, url] of urls.entries()) {
      const rowId = `${id.slice(0, -6)}${String(index + 1).padStart(6, '0')}`;
      const row = { id: rowId, accountId: account, url, batchId: id, batchRow: index + 1, number: BigInt(1_000 + index), createdAt };
      screenshots.set(rowId, create(ScreenshotSchema, { ...row, status: ScreenshotStatus.PENDING }));
    }
    return batch;
  }

  const calls: BatchCalls = {
    async createBatch(request, context) {
      asked.push(request);
      const { id, rows, crawl, announcement, externalId } = request;
      const urls = crawl ? [crawl.startUrl] : rows.map(({ url }) => url);
      const more = {
        externalId,
        ...(announcement && { announcement }),
        ...(crawl && { crawl: { ignoreRobots: false, ...crawl, discovered: 1 } }),
      };
      return { batch: batches.get(id) ?? keep(id, context, urls, more) };
    },
    async getBatch(request, context) {
      return { batch: find(request, context) };
    },
    async listBatches({ limit, after, status, crawls }, { account }) {
      const found = [...batches.values()]
        .filter((one) => one.accountId === account && (status === 0 || one.status === status) && (after === 0n || one.number < after))
        .filter((one) => crawls === undefined || crawls === (one.crawl !== undefined))
        .reverse();
      return { batches: found.slice(0, limit), next: found.length > limit ? (found[limit - 1]?.number ?? 0n) : 0n };
    },
    async cancelBatch(request, context) {
      const batch = find(request, context);
      if (batch.status !== BatchStatus.PROCESSING) throw new Failure('already_ended');
      return { batch: Object.assign(batch, { status: BatchStatus.CANCELLED, cancelled: batch.total, endedAt: createdAt }) };
    },
    async replayBatch({ id, newId }, context) {
      const { status, failed } = find({ id }, context);
      if (status === BatchStatus.PROCESSING) throw new Failure('not_ended');
      if (failed === 0) throw new Failure('nothing_to_replay');
      const rows = [...screenshots.values()].filter((one) => one.batchId === id && one.status === ScreenshotStatus.FAILED);
      return {
        batch:
          batches.get(newId) ??
          keep(
            newId,
            context,
            rows.map(({ url }) => url),
            { replayOf: id },
          ),
      };
    },
  };
  return { calls, batches, asked };
}
