import { row, rows, type Transaction } from '@shotwire/postgres';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { columns, type StoredRow, screenshotFromStored } from './screenshot-row.ts';

/** One screenshot of an account, or undefined. */
export async function findScreenshot(
  trx: Transaction,
  { id, accountId }: { id: string; accountId: string },
): Promise<ScreenshotRow | undefined> {
  return find(trx, `select ${columns} from screenshots where id = :id and account_id = :accountId and deleted_at is null`, {
    id,
    accountId,
  });
}

/** Those of the named screenshots that are there, in any order. */
export async function findScreenshots(trx: Transaction, named: readonly { id: string; accountId: string }[]): Promise<ScreenshotRow[]> {
  const stored = await rows<StoredRow>(
    trx,
    `select ${columns} from screenshots
     where (id, account_id) in (select * from unnest(:ids::uuid[], :accountIds::text[])) and deleted_at is null`,
    { ids: named.map(({ id }) => id), accountIds: named.map(({ accountId }) => accountId) },
  );
  return stored.map(screenshotFromStored);
}

/** One, named by its number. */
export async function findScreenshotByNumber(
  trx: Transaction,
  { number, accountId }: { number: bigint; accountId: string },
): Promise<ScreenshotRow | undefined> {
  const bindings = { number: String(number), accountId };
  return find(
    trx,
    `select ${columns} from screenshots where number = :number and account_id = :accountId and deleted_at is null`,
    bindings,
  );
}

async function find(trx: Transaction, sql: string, bindings: Record<string, string>): Promise<ScreenshotRow | undefined> {
  const stored = await row<StoredRow>(trx, sql, bindings);
  return stored && screenshotFromStored(stored);
}

/** The page that came with a wish, while that has not ended; undefined when none did. */
export async function findPage(trx: Transaction, id: string): Promise<string | undefined> {
  return (await row<{ page: string }>(trx, 'select page from screenshot_sources where screenshot_id = :id', { id }))?.page;
}
