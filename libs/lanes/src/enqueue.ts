import { type Transaction, touch } from '@shotwire/postgres';

/** What goes first within a lane; fairness between lanes comes before it. */
export const priorities = { background: 0, normal: 1, interactive: 2 } as const;

export type Priority = (typeof priorities)[keyof typeof priorities];

/** A queue item to be. */
export interface Waiting {
  itemId: string;
  /** The unit of fairness, such as an account. */
  lane: string;
  /** Whose lane it is, where one owner may have many; the lane itself unless given. */
  owner?: string;
  priority: Priority;
  /** Seconds until it is due. */
  inS?: number;
}

/** Puts items into their lanes, in the transaction that makes the things they stand for. */
export async function enqueue(trx: Transaction, ...items: readonly Waiting[]): Promise<void> {
  await touch(
    trx,
    `insert into lane_items (item_id, lane, owner, priority, due_at, ripe)
     select item_id, lane, owner, priority, now() + make_interval(secs => in_s), in_s <= 0
     from unnest(:itemIds::uuid[], :lanes::text[], :owners::text[], :priorities::int[], :inS::float8[])
       as given (item_id, lane, owner, priority, in_s)`,
    {
      itemIds: items.map(({ itemId }) => itemId),
      lanes: items.map(({ lane }) => lane),
      owners: items.map(({ owner, lane }) => owner ?? lane),
      priorities: items.map(({ priority }) => priority),
      inS: items.map(({ inS = 0 }) => inS),
    },
  );
}

/** Raises the priority of items that still wait; those of that priority or more, or in hand, stay as they are. */
export async function raise(trx: Transaction, priority: Priority, ...itemIds: readonly string[]): Promise<void> {
  await touch(
    trx,
    `update lane_items set priority = :priority
     where item_id = any(array(
       select item_id from lane_items
       where item_id = any(:itemIds::uuid[]) and priority < :priority and claim_id is null order by item_id for update
     ))`,
    { itemIds, priority },
  );
}
