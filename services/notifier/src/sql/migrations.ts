import { lanesMigration } from '@shotwire/lanes';
import type { Migration } from '@shotwire/postgres';

const deliveries: Migration = {
  name: '001-deliveries',
  up: async (trx) => {
    await trx.raw(`
      -- What happened, as it was announced; kept for what is still to be said about it.
      create table events (
        event_id    uuid primary key,
        account_id  text not null,
        type        text not null,
        occurred_at timestamptz not null,
        payload     bytea not null,
        received_at timestamptz not null default clock_timestamp()
      );

      -- Registered destinations. Their secrets, keys and headers are sealed: see core/seal.ts.
      create table apps (
        id              uuid primary key,
        account_id      text not null,
        kind            text not null check (kind in ('webhook', 's3')),
        description     text not null,
        state           text not null default 'enabled' check (state in ('enabled', 'paused', 'disabled')),
        disabled_reason text,
        -- The WebhookApp or S3App without what is secret, in proto's words.
        settings        jsonb not null,
        -- The headers of a webhook, or the secret key of a bucket.
        sealed          bytea,
        created_at      timestamptz not null default clock_timestamp(),
        updated_at      timestamptz not null default clock_timestamp(),
        -- Since when every attempt has failed.
        failing_since   timestamptz,
        check ((state = 'disabled') = (disabled_reason is not null))
      );
      create index apps_by_account on apps (account_id, created_at);

      -- What webhooks are signed with: an app's own, or the account's where the owner is the account. Several live while one is replaced.
      create table secrets (
        id         uuid primary key,
        owner      text not null,
        sealed     bytea not null,
        created_at timestamptz not null default clock_timestamp(),
        -- Null: until it is replaced.
        expires_at timestamptz
      );
      create unique index secrets_current on secrets (owner) where expires_at is null;
      create index secrets_by_owner on secrets (owner);

      -- The installation's own key pairs, for those who share no secret with it.
      create table signing_keys (
        kid            text primary key,
        public_key     bytea not null check (length(public_key) = 32),
        sealed_private bytea not null,
        created_at     timestamptz not null default clock_timestamp()
      );

      -- One event on its way to one destination.
      create table deliveries (
        id              uuid primary key,
        -- Its place among all deliveries.
        sequence        bigint generated always as identity,
        webhook_id      text not null check (webhook_id = 'msg_' || replace(id::text, '-', '')),
        event_id        uuid not null references events,
        event_type      text not null,
        -- What names the destination within the event: webhook_url, or the app's id.
        destination     text not null,
        -- The screenshot or batch it is about.
        subject_id      uuid,
        account_id      text not null,
        lane            text collate "C" not null,
        -- The app it goes to; null for a URL that came with the request.
        app_id          uuid,
        -- The URL that came with the request, or the path template of an upload that did.
        url             text,
        path_template   text,
        -- Secret and headers that came with the request.
        sealed          bytea,
        state           text not null default 'pending'
                        check (state in ('pending', 'sending', 'succeeded', 'failed', 'cancelled', 'paused')),
        -- Attempts begun.
        attempts        integer not null default 0,
        -- Attempts that are known to have failed since it was last made due by hand: the place in the schedule.
        failures        integer not null default 0,
        -- Attempts begun before it was last made due by hand.
        spared          integer not null default 0,
        next_attempt_at timestamptz,
        last_target     text,
        last_status     integer,
        last_error      text,
        created_at      timestamptz not null default clock_timestamp(),
        ended_at        timestamptz,
        unique (event_id, destination),
        check ((app_id is null) = (url is not null)),
        check ((state = 'pending') = (next_attempt_at is not null)),
        check ((state in ('succeeded', 'failed', 'cancelled')) = (ended_at is not null))
      );
      create index deliveries_by_subject on deliveries (subject_id);
      create index deliveries_by_account on deliveries (account_id, sequence desc);
      create index deliveries_by_app on deliveries (app_id, state) where app_id is not null;
      create index deliveries_pending on deliveries (next_attempt_at) where state = 'pending';
      create index deliveries_open on deliveries (account_id) where state in ('pending', 'sending', 'paused');
      create index deliveries_failed on deliveries (account_id, ended_at) where state = 'failed';

      -- What a delivery carries, frozen when its first attempt begins: of a webhook the body, of an upload the key of the object.
      -- Apart from it, since it stays while that changes with every attempt. Here and below nothing is checked against deliveries: rows
      -- are made by the statement that changes their delivery, and a check for each would cost more than the row.
      create table bodies (
        delivery_id uuid primary key,
        body        bytea not null
      );

      -- One POST or upload. It is on record before it goes out, so that one whose sender died shows as lost and not as silence.
      create table attempts (
        delivery_id uuid not null,
        number      integer not null,
        claim_id    uuid not null,
        started_at  timestamptz not null default clock_timestamp(),
        finished_at timestamptz,
        outcome     text not null default 'started' check (outcome in ('started', 'succeeded', 'failed', 'lost', 'spared')),
        -- Where it went, without its query.
        target      text,
        status      integer,
        error       text,
        duration_ms integer,
        -- The beginning of the answer.
        response    bytea,
        primary key (delivery_id, number),
        check ((outcome = 'started') = (finished_at is null))
      );

      -- Hosts that an account's requests named of late: how many there may be in an hour is limited.
      create table adhoc_hosts (
        account_id text not null,
        host       text collate "C" not null,
        seen_at    timestamptz not null default clock_timestamp(),
        primary key (account_id, host)
      );
    `);
  },
};

/** The history of the notifier schema. */
export const migrations: readonly Migration[] = [lanesMigration, deliveries];
