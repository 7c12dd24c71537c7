import type { Migration } from '@shotwire/postgres';

/**
 * The tables behind a queue with lanes, one queue per schema. An item waits while claim_id is null, is in hand while it is not,
 * and is deleted when it is finished: the rows of its owner keep the history, this table stays small.
 * A waiting item is ripe once its time has come, which the next claim notices: what is still to come costs claims nothing.
 */
export const lanesMigration: Migration = {
  name: '000-lanes',
  up: async (trx) => {
    await trx.raw(`
      create table lane_items (
        item_id     uuid primary key,
        lane        text collate "C" not null,
        -- Whose lane it is: an owner with many lanes has no more than an owner's room.
        owner       text collate "C" not null,
        priority    smallint not null,
        due_at      timestamptz not null,
        ripe        boolean not null default false,
        claims      integer not null default 0,
        claim_id    uuid,
        lease_until timestamptz
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

      -- Finds the lanes that have ripe items, and in a lane the next ones, by one probe each.
      create index lane_items_ripe on lane_items (lane, priority desc, due_at) where claim_id is null and ripe;
      -- Finds what has become due, and tells when the next item will be.
      create index lane_items_unripe on lane_items (due_at) where claim_id is null and not ripe;
      -- Counts what a lane has in hand, and finds leases that ran out.
      create index lane_items_in_hand on lane_items (lane, lease_until) where claim_id is not null;

      -- What is known of a lane: a row that is missing means an ordinary one that was served long ago.
      create table lane_states (
        lane           text collate "C" primary key,
        served_at      timestamptz not null default '-infinity',
        -- Items in hand at most; null for what the claimer says.
        room           integer,
        -- Claims a second at most, and how many of them were saved up at that time; null for no limit.
        rate           float8,
        saved          float8,
        saved_at       timestamptz,
        -- Outcomes since a time.
        counted_since  timestamptz,
        successes      integer not null default 0,
        failures       integer not null default 0,
        -- Nothing is claimed until then; afterwards one item at a time, until one succeeds.
        closed_until   timestamptz,
        -- How often it was closed since then.
        closings       integer not null default 0
      ) with (fillfactor = 70);

      -- Claims that an owner has saved up, where there is a limit.
      create table lane_owners (
        owner    text collate "C" primary key,
        saved    float8 not null,
        saved_at timestamptz not null
      ) with (fillfactor = 70);
    `);
  },
};
