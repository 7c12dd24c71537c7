import type { Migration } from '@shotwire/postgres';

/** What crawls have found so far. */
export const crawlsMigration: Migration = {
  name: '004-crawls',
  up: async (trx) => {
    await trx.raw(`
      -- Each page that a crawl knows, by the SHA-256 of its URL: once, whoever finds it. Gone when the crawl has ended.
      create table crawl_pages (
        batch_id    uuid not null references batches (id) on delete cascade,
        url_sha256  bytea not null check (length(url_sha256) = 32),
        -- Of the URL without its query: a site may make up queries without end.
        path_sha256 bytea not null check (length(path_sha256) = 32),
        primary key (batch_id, url_sha256)
      );
      create index crawl_pages_by_path on crawl_pages (batch_id, path_sha256);
    `);
  },
};
