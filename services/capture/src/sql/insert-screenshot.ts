import type { Transaction } from '@shotwire/postgres';
import { fingerprintOf } from '../core/fingerprint.ts';
import { lockEqualWishes } from './find-equal.ts';
import { insertWishes, planWishes, type Wish } from './insert-wishes.ts';
import { type Telling, tellEnds } from './tell-ends.ts';

interface Single extends Omit<Wish, 'batchId' | 'batchRow'>, Telling {
  retentionHours: number;
}

/**
 * Writes a wish down and puts it into its account's lane, unless an equal one has or will have its result.
 * Does nothing when there is one of that id already.
 */
export async function insertScreenshot(trx: Transaction, { retentionHours, newEventId, ...wish }: Single): Promise<void> {
  const { accountId } = wish;
  if (wish.dedupe) await lockEqualWishes(trx, { accountId, fingerprint: fingerprintOf(wish) });
  const planned = await planWishes(trx, accountId, [{ ...wish, batchId: null, batchRow: null }]);
  const ended = await insertWishes(trx, planned, { retentionHours });
  await tellEnds(trx, ended, { newEventId });
}
