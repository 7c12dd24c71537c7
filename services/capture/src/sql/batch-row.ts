import { fromBinary } from '@bufbuild/protobuf';
import { AnnouncementSchema } from '@shotwire/contract';
import type { BatchRow } from '../core/batch.ts';

/** The columns of a {@link BatchRow}, for `select` and `returning`. */
export const batchColumns = `
  id, number, account_id as "accountId", status, total, completed, failed, cancelled, announcement, external_id as "externalId",
  replay_of as "replayOf", created_at as "createdAt", ended_at as "endedAt",
  case when crawl_start_url is not null then json_build_object(
    'startUrl', crawl_start_url, 'domain', crawl_domain, 'maxUrls', crawl_max_urls, 'ignoreRobots', crawl_ignore_robots,
    'discovered', crawl_discovered) end as crawl`;

/** A row as Postgres gives it: its message is still bytes. */
export type StoredBatch = Omit<BatchRow, 'announcement'> & { announcement: Buffer | null };

/** A stored row with its message as a message. */
export function batchFromStored({ announcement, ...plain }: StoredBatch): BatchRow {
  return { ...plain, announcement: announcement && fromBinary(AnnouncementSchema, announcement) };
}
