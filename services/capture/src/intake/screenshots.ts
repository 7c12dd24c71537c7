import {
  type IntakeService,
  instantFromTimestamp,
  type ListScreenshotsRequest,
  ListScreenshotsRequestSchema,
  withRules,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { screenshotToProto, statusFromProto } from '../core/screenshot.ts';
import { acceptWish } from '../core/wish.ts';
import { deleteScreenshot } from '../sql/delete-screenshot.ts';
import { findScreenshot, findScreenshotByNumber } from '../sql/find-screenshots.ts';
import { insertScreenshot } from '../sql/insert-screenshot.ts';
import { listScreenshots, placeOf, type Wanted } from '../sql/list-screenshots.ts';
import { accountOf, type IntakeParts, idOf, isId } from './parts.ts';

type Calls = Pick<Implementation<typeof IntakeService>, 'createScreenshot' | 'getScreenshot' | 'listScreenshots' | 'deleteScreenshot'>;

/** The calls about one screenshot, or a page of them. */
export function screenshotCalls(parts: IntakeParts): Calls {
  const { postgres, newId, onCommitted, room, leaseS, retentionHours } = parts;
  return {
    async createScreenshot(request, context) {
      const accepted = acceptWish(request, parts);
      const wish = { ...accepted, id: idOf(request), accountId: accountOf(context), retryOf: null, retentionHours, newEventId: newId };
      const row = await postgres.transaction(async (trx) => {
        await room.take(trx, { accountId: wish.accountId, count: 1 });
        await insertScreenshot(trx, wish);
        return findScreenshot(trx, wish);
      });
      if (!row) throw new Failure('validation_error', { fields: { id: ['is taken'] } });
      onCommitted();
      return { screenshot: screenshotToProto(row) };
    },

    async getScreenshot(request, context) {
      const accountId = accountOf(context);
      const row = await postgres.transaction((trx) =>
        request.number > 0n
          ? findScreenshotByNumber(trx, { number: request.number, accountId })
          : findScreenshot(trx, { id: idOf(request), accountId }),
      );
      if (!row) throw new Failure('not_found');
      return { screenshot: screenshotToProto(row) };
    },

    async listScreenshots(request, context) {
      const { limit, after, offset } = request;
      const wanted = wantedFrom(request, accountOf(context));
      // A batch that no id can name has no rows.
      if (wanted.batchId !== undefined && !isId(wanted.batchId)) return {};
      const page = { ...wanted, offset, after: after > 0n ? after : undefined };
      // One more than asked for tells whether there is a next page.
      const found = await postgres.transaction((trx) => listScreenshots(trx, { ...page, limit: limit + 1 }));
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return { screenshots: shown.map(screenshotToProto), ...(last && { next: placeOf(last, wanted) }) };
    },

    async deleteScreenshot(request, context) {
      const wanted = { id: idOf(request), accountId: accountOf(context), newEventId: newId, leaseS };
      if (!(await postgres.transaction((trx) => deleteScreenshot(trx, wanted)))) throw new Failure('not_found');
      onCommitted();
      return {};
    },
  };
}

function wantedFrom(request: ListScreenshotsRequest, accountId: string): Wanted {
  const { problems } = withRules(ListScreenshotsRequestSchema, request);
  if (Object.keys(problems).length > 0) throw new Failure('validation_error', { fields: problems });
  const { status, url, tag, batchId, externalId, createdFrom, createdBefore } = request;
  return {
    accountId,
    status: statusFromProto(status),
    url: url || undefined,
    tag: tag || undefined,
    batchId: batchId.toLowerCase() || undefined,
    externalId: externalId || undefined,
    createdFrom: createdFrom && instantFromTimestamp(createdFrom),
    createdBefore: createdBefore && instantFromTimestamp(createdBefore),
  };
}
