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

      -- One event on its way to one destination.
      create table deliveries (
        id              uuid primary key,
        webhook_id      text not null unique check (webhook_id ~ '^msg_[A-Za-z0-9]+$'),
        event_id        uuid not null references events,
        -- What names the destination within the event.
        destination     text not null,
        screenshot_id   uuid not null,
        account_id      text not null,
        url             text not null,
        state           text not null default 'pending' check (state in ('pending', 'sending', 'succeeded', 'failed')),
        -- POSTs begun.
        attempts        integer not null default 0,
        -- POSTs that are known to have failed: the place in the schedule.
        failures        integer not null default 0,
        next_attempt_at timestamptz,
        -- Frozen when the first attempt begins.
        body            bytea,
        last_status     integer,
        last_error      text,
        created_at      timestamptz not null default clock_timestamp(),
        ended_at        timestamptz,
        unique (event_id, destination),
        check ((state = 'pending') = (next_attempt_at is not null)),
        check ((state in ('succeeded', 'failed')) = (ended_at is not null)),
        check (attempts = 0 or body is not null)
      );
      create index deliveries_by_screenshot on deliveries (screenshot_id);
      create index deliveries_pending on deliveries (next_attempt_at) where state = 'pending';

      -- One POST. It is on record before it goes out, so that one whose sender died shows as lost and not as silence.
      create table attempts (
        delivery_id uuid not null references deliveries,
        number      integer not null,
        claim_id    uuid not null,
        started_at  timestamptz not null default clock_timestamp(),
        finished_at timestamptz,
        outcome     text not null default 'started' check (outcome in ('started', 'succeeded', 'failed', 'lost')),
        status      integer,
        error       text,
        duration_ms integer,
        -- The beginning of the answer.
        response    bytea,
        primary key (delivery_id, number),
        check ((outcome = 'started') = (finished_at is null))
      );
      create index attempts_started on attempts (delivery_id) where outcome = 'started';

      -- What an account's webhooks are signed with.
      create table account_secrets (
        account_id text primary key,
        secret     bytea not null check (length(secret) = 32),
        created_at timestamptz not null default clock_timestamp()
      );
    `);
  },
};

/** The history of the notifier schema. */
export const migrations: readonly Migration[] = [lanesMigration, deliveries];
