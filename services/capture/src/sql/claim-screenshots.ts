import type { Instant } from '@shotwire/contract';
import { type Claim, claim } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** A screenshot in hand. */
export interface ClaimedScreenshot {
  claim: Claim;
  claimedAt: Instant;
  screenshot: ScreenshotRow;
}

/** Claims due screenshots and marks them as being processed. */
export async function claimScreenshots(trx: Transaction, wanted: Parameters<typeof claim>[1]): Promise<ClaimedScreenshot[]> {
  const claims = await claim(trx, wanted);
  if (claims.length === 0) return [];
  const stored = await rows<StoredRow & { claimedAt: Instant }>(
    trx,
    `update screenshots set status = 'processing', started_at = coalesce(started_at, clock_timestamp())
     where id = any(:ids::uuid[]) and status = any(:origins)
     returning ${columns}, clock_timestamp() as "claimedAt"`,
    { ids: claims.map(({ itemId }) => itemId), origins: originsOf('processing') },
  );
  const byId = new Map(stored.map(({ claimedAt, ...one }) => [one.id, { claimedAt, screenshot: screenshotFromStored(one) }]));
  return claims.flatMap((one) => {
    const claimed = byId.get(one.itemId);
    return claimed ? [{ claim: one, ...claimed }] : [];
  });
}
