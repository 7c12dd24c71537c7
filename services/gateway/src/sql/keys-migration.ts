import type { Migration } from '@shotwire/postgres';

/** What a key may do, how often, and what was asked for under which Idempotency-Key. */
export const keysMigration: Migration = {
  name: '002-keys',
  up: async (trx) => {
    await trx.raw(`
      -- The defaults are the key of the settings, as replicas of the version before write it.
      alter table api_keys
        add name         text not null default 'SHOTWIRE_API_KEY',
        add prefix       text not null default '',
        add scopes       text[] not null default '{admin}' check (cardinality(scopes) > 0 and scopes <@ '{capture,read,admin}'),
        add domains      text[] not null default '{}',
        add last_used_at timestamptz,
        -- Only the key of the settings has one.
        alter label drop not null;

      -- A row a key: the window that it is in. Unlogged: a crash of the database begins all windows anew, and nothing waits for a disk.
      create unlogged table request_windows (
        key_id    uuid primary key,
        starts_at timestamptz not null,
        requests  bigint not null
      );

      create table quota_used (
        account_id text not null,
        month      date not null,
        captures   bigint not null,
        primary key (account_id, month)
      );

      create table idempotency_keys (
        account_id  text not null,
        key         text not null,
        body_sha256 bytea not null,
        target_id   uuid not null,
        created_at  timestamptz not null default clock_timestamp(),
        -- Those that asked and were not refused.
        callers     int not null default 1,
        -- The month whose quota it was taken from; null for none.
        charged_in  date,
        primary key (account_id, key)
      );
      create index idempotency_keys_by_age on idempotency_keys (created_at);
    `);
  },
};
