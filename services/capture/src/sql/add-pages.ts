import { createHash } from 'node:crypto';
import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import { pageUrlOf, pathOf } from '../core/crawl-pages.ts';
import { foundOptions } from '../core/found-options.ts';
import type { ScreenshotRow } from '../core/screenshot.ts';
import { insertWishes, planWishes, type Wish } from './insert-wishes.ts';

/** What a page of a crawl led to. */
export interface Found {
  startUrl: string;
  /** Where the page was found in the end. */
  from: string;
  /** Pages that may be visited, as core/crawl-pages spells them. */
  pages: readonly string[];
}

/** Of pages that differ in their query alone a crawl takes so many. */
const MOST_OF_A_PATH = 100;
/** Pages that a crawl knows; past them it has found enough. */
const MOST_FOUND = 50_000;

interface Crawling {
  /** The page that led to them, as it was claimed: with all its options. */
  screenshot: ScreenshotRow;
  found: Found;
  newId: () => string;
}

/**
 * Adds to a crawl what a page of it led to, in the transaction that completes that page and before it is counted: so a crawl does not end
 * as long as it has found something. Its row is locked: all replicas find each page once, and never more than max_urls.
 */
export async function addPages(trx: Transaction, { screenshot, found, newId }: Crawling): Promise<void> {
  const { id, batchId, accountId } = screenshot;
  if (batchId === null) return;
  const crawl = await row<{ total: number; maxUrls: number; discovered: number; expiresInS: number | null }>(
    trx,
    `select total, crawl_max_urls as "maxUrls", crawl_discovered as discovered,
            (select expires_in from screenshots where id = :id) as "expiresInS"
     from batches where id = :batchId and crawl_max_urls is not null and cancelled_at is null and ended_at is null
     for update`,
    { id, batchId },
  );
  if (!crawl) return;
  await know(
    trx,
    batchId,
    [found.startUrl, screenshot.url, found.from].map(pageUrlOf).filter((page) => page !== undefined),
  );
  const fresh = await know(trx, batchId, found.pages, Math.max(MOST_FOUND - crawl.discovered, 0));
  const added = fresh.slice(0, Math.max(crawl.maxUrls - crawl.total, 0));
  await touch(trx, 'update batches set total = total + :added, crawl_discovered = crawl_discovered + :fresh where id = :batchId', {
    batchId,
    added: added.length,
    fresh: fresh.length,
  });
  const wishes = added.map(
    (url, index): Wish => ({
      ...inherited(screenshot),
      id: newId(),
      url,
      options: foundOptions(screenshot.options, { startUrl: found.startUrl, url }),
      expiresInS: crawl.expiresInS,
      batchId,
      batchRow: crawl.total + index + 1,
    }),
  );
  // None shares a capture or takes a result: nothing of it is locked, nor ends at once.
  await insertWishes(trx, await planWishes(trx, accountId, wishes), { retentionHours: 0 });
}

/** Forgets the pages of crawls that have ended: nothing is found any more. */
export async function forgetPages(trx: Transaction, batchIds: readonly string[]): Promise<void> {
  if (batchIds.length > 0) await touch(trx, 'delete from crawl_pages where batch_id = any(:batchIds::uuid[])', { batchIds });
}

function inherited({ accountId, announcement, tags, externalId, metadata }: ScreenshotRow) {
  const plain = { html: '', markdown: '', retryOf: null, dedupe: false, cacheTtlS: 0 };
  return { accountId, announcement, tags, externalId, metadata, priority: 'batch' as const, ...plain };
}

/** Notes pages that are not known yet, in their order and so many at most; gives them. */
async function know(trx: Transaction, batchId: string, pages: readonly string[], atMost = pages.length): Promise<string[]> {
  if (pages.length === 0 || atMost === 0) return [];
  const noted = await rows<{ place: number }>(
    trx,
    `with given as (
       select url, path, place::int from unnest(:urls::bytea[], :paths::bytea[]) with ordinality as given (url, path, place)
       where not exists (select 1 from crawl_pages k where k.batch_id = :batchId and k.url_sha256 = url)
     ),
     in_turn as (
       select *, row_number() over (partition by path order by place)
                   + (select count(*) from crawl_pages k where k.batch_id = :batchId and k.path_sha256 = path) as turn
       from given
     ),
     taken as (
       select * from in_turn where turn <= :ofAPath order by place limit :atMost
     ),
     noted as (
       insert into crawl_pages (batch_id, url_sha256, path_sha256) select :batchId, url, path from taken
       on conflict do nothing returning url_sha256
     )
     select place from taken join noted on url = url_sha256 order by place`,
    { batchId, urls: pages.map(digest), paths: pages.map(pathOf).map(digest), ofAPath: MOST_OF_A_PATH, atMost },
  );
  return [...new Set(noted.map(({ place }) => pages[place - 1] as string))];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
