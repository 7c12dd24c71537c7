import { toBinary } from '@bufbuild/protobuf';
import { AnnouncementSchema } from '@shotwire/contract';
import { type Transaction, touch } from '@shotwire/postgres';
import type { BatchRow } from '../core/batch.ts';
import { insertWishes, planWishes, type Wish } from './insert-wishes.ts';
import { announceEnds, countEnds, type Ended, type Telling } from './tell-ends.ts';

/** A batch that is to be. */
export type NewBatch = Pick<BatchRow, 'id' | 'accountId' | 'total' | 'announcement' | 'externalId' | 'replayOf' | 'crawl'>;

/** Rows that are spelled out and sent at once. */
const CHUNK = 500;

/** Writes a batch down, without its rows. False when there is one of that id already. */
export async function insertBatch(trx: Transaction, batch: NewBatch): Promise<boolean> {
  const { announcement, crawl, ...plain } = batch;
  const written = await touch(
    trx,
    `insert into batches (id, account_id, total, announcement, external_id, replay_of,
       crawl_start_url, crawl_domain, crawl_max_urls, crawl_ignore_robots, crawl_discovered)
     values (:id, :accountId, :total, :announcement, :externalId, :replayOf, :startUrl, :domain, :maxUrls, :ignoreRobots, :discovered)
     on conflict (id) do nothing`,
    {
      ...plain,
      announcement: announcement && Buffer.from(toBinary(AnnouncementSchema, announcement)),
      startUrl: crawl?.startUrl ?? null,
      domain: crawl?.domain ?? null,
      maxUrls: crawl?.maxUrls ?? null,
      ignoreRobots: crawl?.ignoreRobots ?? null,
      discovered: crawl?.discovered ?? null,
    },
  );
  return written === 1;
}

/** Writes the rows of one account's batch down, in their order, and counts those that end at once with an equal one's result. */
export async function insertBatchRows(
  trx: Transaction,
  { accountId, wishes, retentionHours, newEventId }: Telling & { accountId: string; wishes: readonly Wish[]; retentionHours: number },
): Promise<void> {
  const planned = await planWishes(trx, accountId, wishes);
  const ended: Ended[] = [];
  for (let from = 0; from < planned.length; from += CHUNK) {
    const atOnce = await insertWishes(trx, planned.slice(from, from + CHUNK), { retentionHours });
    await announceEnds(trx, atOnce, { newEventId });
    // What is counted of them, and no more: there may be thousands.
    ended.push(...atOnce.map(counted));
  }
  await countEnds(trx, ended, { newEventId });
}

function counted({ accountId, batchId, status, cache, resultBytes }: Ended): Ended {
  return { accountId, batchId, status, cache, resultBytes };
}
