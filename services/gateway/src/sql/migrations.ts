import type { Migration } from '@shotwire/postgres';
import { keysMigration } from './keys-migration.ts';

const accounts: Migration = {
  name: '001-accounts',
  up: async (trx) => {
    await trx.raw(`
      create table accounts (
        id         text primary key,
        created_at timestamptz not null default clock_timestamp()
      );
      create table api_keys (
        id         uuid primary key,
        account_id text not null references accounts (id),
        -- The key itself is kept nowhere.
        sha256     bytea not null unique check (length(sha256) = 32),
        label      text not null,
        created_at timestamptz not null default clock_timestamp(),
        revoked_at timestamptz
      );
      create index api_keys_by_account on api_keys (account_id);
    `);
  },
};

/** The history of the gateway schema. */
export const migrations: readonly Migration[] = [accounts, keysMigration];
