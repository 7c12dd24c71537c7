import { type Transaction, touch } from '@shotwire/postgres';

/** What goes first within a lane; fairness between lanes comes before it. */
export const priorities = { background: 0, normal: 1, interactive: 2 } as const;

/** A queue item to be. */
export interface Waiting {
  itemId: string;
  /** The unit of fairness, such as an account. */
  lane: string;
  priority: (typeof priorities)[keyof typeof priorities];
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
