import { row, rows, type Transaction } from '@shotwire/postgres';
import type { ScreenshotRow, Status } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** One screenshot of an account, or undefined. */
export async function findScreenshot(
  trx: Transaction,
  { id, accountId }: { id: string; accountId: string },
): Promise<ScreenshotRow | undefined> {
  const stored = await row<StoredRow>(
    trx,
    `select ${columns} from screenshots where id = :id and account_id = :accountId and deleted_at is null`,
    { id, accountId },
  );
  return stored && screenshotFromStored(stored);
}

/** The page that came with a wish, while that has not ended; undefined when none did. */
export async function findPage(trx: Transaction, id: string): Promise<string | undefined> {
  return (await row<{ page: string }>(trx, 'select page from screenshot_sources where screenshot_id = :id', { id }))?.page;
}

interface Page {
  accountId: string;
  status: Status | undefined;
  /** The last one seen, in the list's order. */
  after: { createdAt: string; id: string } | undefined;
  limit: number;
}

/** A page of an account's screenshots, newest first. */
export async function listScreenshots(trx: Transaction, { accountId, status, after, limit }: Page): Promise<ScreenshotRow[]> {
  const stored = await rows<StoredRow>(
    trx,
    `select ${columns} from screenshots
     where account_id = :accountId and deleted_at is null
       and (:status::text is null or status = :status::text)
       and (:createdAt::timestamptz is null or (created_at, id) < (:createdAt::timestamptz, :id::uuid))
     order by created_at desc, id desc
     limit :limit`,
    { accountId, status: status ?? null, createdAt: after?.createdAt ?? null, id: after?.id ?? null, limit },
  );
  return stored.map(screenshotFromStored);
}
