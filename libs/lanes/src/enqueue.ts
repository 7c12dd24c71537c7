import { type Transaction, touch } from '@shotwire/postgres';

/** What goes first within a lane; fairness between lanes comes before it. */
export const priorities = { background: 0, normal: 1, interactive: 2 } as const;

export type Priority = (typeof priorities)[keyof typeof priorities];

/** A queue item to be. */
export interface Waiting {
  itemId: string;
  /** The unit of fairness, such as an account. */
  lane: string;
  priority: Priority;
  /** Seconds until it is due. */
  inS?: number;
}

/** Puts an item into its lane, in the transaction that makes the thing it stands for. */
export async function enqueue(trx: Transaction, { itemId, lane, priority, inS = 0 }: Waiting): Promise<void> {
  await touch(
    trx,
    `insert into lane_items (item_id, lane, priority, due_at, ripe)
     values (:itemId, :lane, :priority, now() + make_interval(secs => :inS), :inS::float8 <= 0)`,
    { itemId, lane, priority, inS },
  );
}

/** Raises the priority of an item that still waits; one of that priority or more, or in hand, stays as it is. */
export async function raise(trx: Transaction, { itemId, priority }: Pick<Waiting, 'itemId' | 'priority'>): Promise<void> {
  await touch(trx, 'update lane_items set priority = :priority where item_id = :itemId and priority < :priority and claim_id is null', {
    itemId,
    priority,
  });
}
