import { row, type Transaction } from '@shotwire/postgres';
import type { CrawlRow } from '../core/batch.ts';
import { batchColumns, type StoredBatch } from './batch-row.ts';

/** Where a batch looks for pages; undefined in one that does not, or is taken back. */
export async function findCrawl(trx: Transaction, batchId: string): Promise<CrawlRow | undefined> {
  const found = await row<Pick<StoredBatch, 'crawl'>>(
    trx,
    `select ${batchColumns} from batches where id = :batchId and crawl_start_url is not null and cancelled_at is null`,
    { batchId },
  );
  return found?.crawl ?? undefined;
}
