import type { IntakeService } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { screenshotToProto } from '../core/screenshot.ts';
import { cancelScreenshot } from '../sql/cancel-screenshot.ts';
import { findKeptWishes } from '../sql/find-kept-wishes.ts';
import { findScreenshot } from '../sql/find-screenshots.ts';
import { insertScreenshot } from '../sql/insert-screenshot.ts';
import { accountOf, type IntakeParts, idOf } from './parts.ts';

type Calls = Pick<Implementation<typeof IntakeService>, 'cancelScreenshot' | 'retryScreenshot'>;

/** The calls by which its owner ends a screenshot, or begins it once more. */
export function againCalls({ postgres, newId, onCommitted, room, leaseS, retentionHours }: IntakeParts): Calls {
  return {
    async cancelScreenshot(request, context) {
      const wanted = { id: idOf(request), accountId: accountOf(context) };
      const row = await postgres.transaction(async (trx) => {
        const cancelled = await cancelScreenshot(trx, { ...wanted, leaseS, newEventId: newId });
        if (!cancelled) throw new Failure((await findScreenshot(trx, wanted)) ? 'already_ended' : 'not_found');
        return cancelled;
      });
      onCommitted();
      return { screenshot: screenshotToProto(row) };
    },

    async retryScreenshot(request, context) {
      const accountId = accountOf(context);
      const [id, newScreenshotId] = [idOf(request), idOf({ id: request.newId })];
      const row = await postgres.transaction(async (trx) => {
        const known = await findScreenshot(trx, { id: newScreenshotId, accountId });
        if (known?.retryOf === id) return known;
        const [kept] = await findKeptWishes(trx, { ids: [id], accountId });
        if (!kept) throw new Failure('not_found');
        const { status, endedAt } = kept.screenshot;
        if (endedAt === null) throw new Failure('not_ended');
        if (status === 'completed') throw new Failure('already_ended', { says: 'It completed: there is nothing to try again.' });
        await room.take(trx, { accountId, count: 1 });
        await insertScreenshot(trx, { ...kept.wishAgain(newScreenshotId), retentionHours, newEventId: newId });
        return findScreenshot(trx, { id: newScreenshotId, accountId });
      });
      if (row?.retryOf !== id) throw new Failure('validation_error', { fields: { new_id: ['is taken'] } });
      onCommitted();
      return { screenshot: screenshotToProto(row) };
    },
  };
}
