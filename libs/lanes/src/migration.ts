import type { Migration } from '@shotwire/postgres';

/**
 * The table behind a queue with lanes, one per schema. An item waits while claim_id is null, is in hand while it is not,
 * and is deleted when it is finished: the rows of its owner keep the history, this table stays small.
 */
export const lanesMigration: Migration = {
  name: '000-lanes',
  up: async (trx) => {
    await trx.raw(`
      create table lane_items (
        item_id     uuid primary key,
        lane        text not null,
        priority    smallint not null,
        due_at      timestamptz not null,
        claims      integer not null default 0,
        claim_id    uuid,
        lease_until timestamptz
      ) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

      -- Finds the lanes that have waiting items, and in a lane the next ones, by one probe each.
      create index lane_items_waiting on lane_items (lane, priority, due_at) where claim_id is null;
      -- Tells when the next item is due.
      create index lane_items_due on lane_items (due_at) where claim_id is null;
      -- Counts what a lane has in hand, and finds leases that ran out.
      create index lane_items_in_hand on lane_items (lane, lease_until) where claim_id is not null;
    `);
  },
};
