import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { BatchStatus, type CrawlSchema, type CreateBatchRequestSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { rows } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { batchNow, type House } from '../intake/batches.fixture.ts';
import { acme } from '../intake/intake.fixture.ts';
import type { Camera, Order } from './camera.ts';
import { picture } from './studio.fixture.ts';

/** The first page of crawls in tests. */
export const start = 'https://example.com/';

/** Begins a crawl of acme's. */
export async function beginCrawl(
  { client }: House,
  crawl: Omit<MessageInitShape<typeof CrawlSchema>, '$typeName'> = {},
  more: Pick<MessageInitShape<typeof CreateBatchRequestSchema>, 'common'> = {},
) {
  const { batch } = await client.createBatch({ id: randomUUID(), crawl: { startUrl: start, ...crawl }, ...more }, acme);
  return batch ?? assert.fail();
}

/** Waits until a crawl has ended. */
export const ends = (house: House, crawl: { id: string }, status: BatchStatus = BatchStatus.COMPLETED) =>
  eventually(
    async () => {
      const batch = await batchNow(house, crawl);
      assert.equal(batch.status, status);
      return batch;
    },
    { timeoutMs: 60_000 },
  );

/** The pages of a crawl in the order in which they were found, as their paths. */
export async function pagesOf({ postgres }: House, { id }: { id: string }): Promise<string[]> {
  const found = await postgres.transaction((trx) =>
    rows<{ url: string }>(trx, 'select url from screenshots where batch_id = :id order by batch_row', { id }),
  );
  return found.map(({ url }) => url.replace(/^https:\/\/example\.com/, ''));
}

/** A camera for a web of pages and what they link to, each by its path. A page that is not there fails. */
export function cameraOf(web: Record<string, readonly string[]>, before: (order: Order) => unknown = () => undefined): Camera {
  return {
    async shoot(order) {
      await before(order);
      const links = web[order.url.replace(start, '/')];
      if (!links) throw new Failure('dns_failed');
      const urls = links.map((link) => (link.startsWith('/') ? new URL(link, order.url).href : link));
      return { ...picture, ...(order.links && { links: { from: order.url, urls } }) };
    },
  };
}
