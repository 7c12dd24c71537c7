import type { Migration } from '@shotwire/postgres';

/** Numbers that lists go by, batches, and what accounts used. */
export const batchesMigration: Migration = {
  name: '003-batches',
  up: async (trx) => {
    await trx.raw(`
      alter table screenshots
        add column number       bigint,
        add column batch_id     uuid,
        add column batch_row    integer,
        add column external_id  text not null default '',
        add column metadata     jsonb not null default '{}',
        add column retry_of     uuid,
        -- Seconds that its results are kept, where its owner says so.
        add column expires_in   integer,
        -- Bytes of the image and of all other results.
        add column result_bytes bigint,
        add check ((batch_id is null) = (batch_row is null));

      update screenshots s set number = counted.number
      from (select id, row_number() over (order by created_at, id) as number from screenshots) counted where counted.id = s.id;
      update screenshots
      set result_bytes = file_size + (select coalesce(sum((a ->> 'fileSize')::bigint), 0) from jsonb_array_elements(artefacts) a)
      where file_size is not null;
      alter table screenshots alter column number set not null;
      alter table screenshots alter column number add generated always as identity;
      select setval(pg_get_serial_sequence('screenshots', 'number'), coalesce(max(number), 0) + 1, false) from screenshots;

      drop index screenshots_by_account;
      create unique index screenshots_by_number on screenshots (number);
      create index screenshots_of_account on screenshots (account_id, number desc) where deleted_at is null;
      -- Also tells how many have not ended.
      create index screenshots_by_status on screenshots (account_id, status, number desc) where deleted_at is null;
      create unique index screenshots_of_batch on screenshots (batch_id, batch_row) where batch_id is not null;
      create index screenshots_by_external_id on screenshots (account_id, external_id, number desc) where external_id <> '';
      create index screenshots_by_tag on screenshots using gin (tags) where tags <> '{}';
      -- Rows lie in the order in which they were accepted, nearly.
      create index screenshots_by_time on screenshots using brin (created_at);
      create index screenshots_stored on screenshots (account_id, image_key) include (result_bytes)
        where status = 'completed' and image_remove_at is not null;

      create table batches (
        id           uuid primary key,
        number       bigint generated always as identity,
        account_id   text not null,
        status       text not null default 'processing' check (status in ('processing', 'completed', 'failed', 'cancelled')),
        total        integer not null,
        completed    integer not null default 0,
        failed       integer not null default 0,
        cancelled    integer not null default 0,
        announcement bytea,
        external_id  text not null default '',
        replay_of    uuid,
        created_at   timestamptz not null default clock_timestamp(),
        -- Taken back by its owner: what has not ended of it is being cancelled, and nothing is added to it.
        cancelled_at timestamptz,
        ended_at     timestamptz,
        -- Of a batch that finds its pages by itself; null in others.
        crawl_start_url     text,
        crawl_domain        text,
        crawl_max_urls      integer,
        crawl_ignore_robots boolean,
        crawl_discovered    integer,
        check (completed + failed + cancelled <= total),
        check ((status = 'processing') = (ended_at is null)),
        check (num_nulls(crawl_start_url, crawl_domain, crawl_max_urls, crawl_ignore_robots, crawl_discovered) in (0, 5))
      ) with (fillfactor = 70);
      create unique index batches_by_number on batches (number);
      create index batches_of_account on batches (account_id, number desc);

      -- What ended on a day, in UTC. An account has several rows a day, so that those who count do not wait for each other.
      create table usage_days (
        account_id text not null,
        day        date not null,
        stripe     smallint not null,
        completed  bigint not null default 0,
        cached     bigint not null default 0,
        failed     bigint not null default 0,
        cancelled  bigint not null default 0,
        bytes      bigint not null default 0,
        primary key (account_id, day, stripe)
      ) with (fillfactor = 70);
    `);
  },
};
