import { type Claim, claim } from '@shotwire/lanes';
import { rows, type Transaction } from '@shotwire/postgres';
import { originsOf, type ScreenshotRow } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** A screenshot in hand. */
export interface ClaimedScreenshot {
  claim: Claim;
  screenshot: ScreenshotRow;
}

/** Claims due screenshots and marks them as being processed. */
export async function claimScreenshots(trx: Transaction, wanted: Parameters<typeof claim>[1]): Promise<ClaimedScreenshot[]> {
  const claims = await claim(trx, wanted);
  if (claims.length === 0) return [];
  const stored = await rows<StoredRow>(
    trx,
    `update screenshots set status = 'processing', started_at = coalesce(started_at, clock_timestamp())
     where id = any(:ids::uuid[]) and status = any(:origins)
     returning ${columns}`,
    { ids: claims.map(({ itemId }) => itemId), origins: originsOf('processing') },
  );
  const byId = new Map(stored.map((one) => [one.id, screenshotFromStored(one)]));
  return claims.flatMap((one) => {
    const screenshot = byId.get(one.itemId);
    return screenshot ? [{ claim: one, screenshot }] : [];
  });
}
