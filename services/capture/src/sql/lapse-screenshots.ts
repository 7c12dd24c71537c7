import { Failure } from '@shotwire/failures';
import { cancel, handBack, putBack, reap } from '@shotwire/lanes';
import { type Transaction, touch } from '@shotwire/postgres';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { failScreenshot } from './end-screenshot.ts';
import { type Telling, tellEnds } from './tell-ends.ts';

type Held = Readonly<{ itemId: string; claimId: string }>;

/** Takes back screenshots whose studio fell silent: they wait again, or fail once they were claimed too often. Gives their number. */
export async function lapseScreenshots(
  trx: Transaction,
  { maxClaims, retentionHours, newEventId }: Telling & { maxClaims: number; retentionHours: number },
): Promise<number> {
  const lapsed = await reap(trx);
  const { code, message } = new Failure('capture_lost');
  const failed: ScreenshotRow[] = [];
  for (const { itemId, claims } of lapsed) {
    if (claims < maxClaims) continue;
    await cancel(trx, itemId);
    failed.push(...(await failScreenshot(trx, { id: itemId, code, message, reportKey: null, retentionHours })));
  }
  await markPending(
    trx,
    lapsed.map(({ itemId }) => itemId),
  );
  await tellEnds(trx, failed, { newEventId });
  return lapsed.length;
}

/** Gives a screenshot up for now; it is tried again in `inS` seconds. */
export async function postponeScreenshot(trx: Transaction, { held, inS }: { held: Held; inS: number }): Promise<void> {
  if (await putBack(trx, { ...held, inS })) await markPending(trx, [held.itemId]);
}

/** Gives a screenshot back untouched, for another studio to take at once. */
export async function handBackScreenshot(trx: Transaction, held: Held): Promise<void> {
  if (await handBack(trx, held)) await markPending(trx, [held.itemId]);
}

async function markPending(trx: Transaction, ids: readonly string[]): Promise<void> {
  await touch(trx, "update screenshots set status = 'pending' where id = any(:ids::uuid[]) and status = any(:origins)", {
    ids,
    origins: originsOf('pending'),
  });
}
