import { outboxMigration } from '@shotwire/events';
import { lanesMigration } from '@shotwire/lanes';
import type { Migration } from '@shotwire/postgres';
import { batchesMigration } from './batches-migration.ts';
import { crawlsMigration } from './crawls-migration.ts';

const screenshots: Migration = {
  name: '001-screenshots',
  up: async (trx) => {
    await trx.raw(`
      create table screenshots (
        id                 uuid primary key,
        account_id         text not null,
        url                text not null,
        options            jsonb not null,
        -- Who is told of the end, as the message that goes with its event.
        announcement       bytea,
        tags               text[] not null default '{}',
        status             text not null default 'pending'
                           check (status in ('pending', 'processing', 'completed', 'failed', 'cancelled')),
        created_at         timestamptz not null default clock_timestamp(),
        started_at         timestamptz,
        ended_at           timestamptz,
        image_key          text not null,
        mime_type          text,
        file_size          bigint,
        width              integer,
        height             integer,
        processing_time_ms bigint,
        problem_code       text,
        problem_message    text,
        -- When the sweeper removes the object, if there is one: end of retention, deletion, or a capture that was lost.
        image_remove_at    timestamptz,
        image_removed_at   timestamptz,
        -- Deleted by its owner: shown to nobody, removed by the sweeper.
        deleted_at         timestamptz,
        check ((status in ('completed', 'failed', 'cancelled')) = (ended_at is not null)),
        check ((status = 'failed') = (problem_code is not null))
      );
      create index screenshots_by_account on screenshots (account_id, created_at desc, id desc) where deleted_at is null;
      create index screenshots_to_sweep on screenshots (image_remove_at) where image_remove_at is not null;
    `);
  },
};

const results: Migration = {
  name: '002-results',
  up: async (trx) => {
    await trx.raw(`
      alter table screenshots
        add column source      text not null default 'url' check (source in ('url', 'html', 'markdown')),
        add column priority    text not null default 'interactive' check (priority in ('interactive', 'batch')),
        add column artefacts   jsonb not null default '[]',
        add column findings    jsonb,
        add column report_key  text,
        -- Equal for wishes of equal source and options. Not set in rows that were there before.
        add column fingerprint bytea check (length(fingerprint) = 32),
        -- The equal wish whose capture this one shares, until that has ended.
        add column leader_id   uuid,
        add column cache       text check (cache in ('hit', 'miss')),
        -- When the capture that gave the result ended: of a result that is shared, earlier than the end of this row.
        add column captured_at timestamptz;
      create index screenshots_by_fingerprint on screenshots (account_id, fingerprint, captured_at);
      create index screenshots_by_leader on screenshots (leader_id) where leader_id is not null;
      -- Finds who else needs an object before it is removed.
      create index screenshots_by_image on screenshots (image_key);

      -- Pages that came with their wishes, until those have ended.
      create table screenshot_sources (
        screenshot_id uuid primary key references screenshots (id) on delete cascade,
        page          text not null
      );
    `);
  },
};

/** The history of the capture schema. */
export const migrations: readonly Migration[] = [lanesMigration, outboxMigration, screenshots, results, batchesMigration, crawlsMigration];
