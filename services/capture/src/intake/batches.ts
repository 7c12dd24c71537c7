import { type IntakeService, ListBatchesRequestSchema, withRules } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { batchStateFromProto, batchToProto } from '../core/batch.ts';
import { acceptBatch } from '../core/batch-wish.ts';
import { cancelBatch, closeBatch } from '../sql/cancel-batch.ts';
import { findBatch, findBatchByNumber, listBatches } from '../sql/find-batches.ts';
import { lockAllWishes } from '../sql/find-equal.ts';
import { findFailedRows } from '../sql/find-failed-rows.ts';
import { insertBatch, insertBatchRows } from '../sql/insert-batch.ts';
import { accountOf, type IntakeParts, idOf } from './parts.ts';

type Calls = Pick<Implementation<typeof IntakeService>, 'createBatch' | 'getBatch' | 'listBatches' | 'cancelBatch' | 'replayBatch'>;

/** The calls about batches. */
export function batchCalls(parts: IntakeParts): Calls {
  const { postgres, newId, onCommitted, room, leaseS, retentionHours } = parts;
  return {
    async createBatch(request, context) {
      const [id, accountId] = [idOf(request), accountOf(context)];
      const { wishes, ...accepted } = acceptBatch(request, parts);
      const batch = await postgres.transaction(async (trx) => {
        await lockAllWishes(trx, accountId);
        const known = await findBatch(trx, { id, accountId });
        if (known) return known;
        await room.take(trx, { accountId, count: wishes.length, many: true });
        const total = wishes.length;
        if (!(await insertBatch(trx, { ...accepted, id, accountId, total, replayOf: null }))) return undefined;
        const rows = wishes.map((wish, index) => ({ ...wish, id: newId(), accountId, batchId: id, batchRow: index + 1, retryOf: null }));
        await insertBatchRows(trx, { accountId, wishes: rows, retentionHours, newEventId: newId });
        return findBatch(trx, { id, accountId });
      });
      if (!batch) throw new Failure('validation_error', { fields: { id: ['is taken'] } });
      onCommitted();
      return { batch: batchToProto(batch) };
    },

    async getBatch(request, context) {
      const accountId = accountOf(context);
      const batch = await postgres.transaction((trx) =>
        request.number > 0n
          ? findBatchByNumber(trx, { number: request.number, accountId })
          : findBatch(trx, { id: idOf(request), accountId }),
      );
      if (!batch) throw new Failure('not_found');
      return { batch: batchToProto(batch) };
    },

    async listBatches(request, context) {
      const { problems } = withRules(ListBatchesRequestSchema, request);
      if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
      const { limit, after, offset, status, crawls } = request;
      const page = {
        accountId: accountOf(context),
        status: batchStateFromProto(status),
        crawls,
        offset,
        after: after > 0n ? after : undefined,
      };
      // One more than asked for tells whether there is a next page.
      const found = await postgres.transaction((trx) => listBatches(trx, { ...page, limit: limit + 1 }));
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return { batches: shown.map(batchToProto), ...(last && { next: BigInt(last.number) }) };
    },

    async cancelBatch(request, context) {
      const wanted = { id: idOf(request), accountId: accountOf(context) };
      await postgres.transaction(async (trx) => {
        if (await closeBatch(trx, wanted)) return;
        throw new Failure((await findBatch(trx, wanted)) ? 'already_ended' : 'not_found');
      });
      const batch = await postgres.transaction((trx) => cancelBatch(trx, { ...wanted, leaseS, newEventId: newId }));
      if (!batch) throw new Failure('not_found');
      onCommitted();
      return { batch: batchToProto(batch) };
    },

    async replayBatch(request, context) {
      const accountId = accountOf(context);
      const [replayOf, id] = [idOf(request), idOf({ id: request.newId })];
      const batch = await postgres.transaction(async (trx) => {
        await lockAllWishes(trx, accountId);
        const known = await findBatch(trx, { id, accountId });
        if (known) return known;
        const old = await findBatch(trx, { id: replayOf, accountId });
        if (!old) throw new Failure('not_found');
        if (old.endedAt === null) throw new Failure('not_ended');
        const failed = await findFailedRows(trx, { id: replayOf, accountId });
        if (failed.length === 0) throw new Failure('nothing_to_replay');
        await room.take(trx, { accountId, count: failed.length, many: true });
        const { announcement, externalId } = old;
        const made = { id, accountId, total: failed.length, announcement, externalId, replayOf, crawl: null };
        if (!(await insertBatch(trx, made))) return undefined;
        const rows = failed.map(({ wishAgain }, index) => ({ ...wishAgain(newId()), batchId: id, batchRow: index + 1 }));
        await insertBatchRows(trx, { accountId, wishes: rows, retentionHours, newEventId: newId });
        return findBatch(trx, { id, accountId });
      });
      if (batch?.replayOf !== replayOf) throw new Failure('validation_error', { fields: { new_id: ['is taken'] } });
      onCommitted();
      return { batch: batchToProto(batch) };
    },
  };
}
