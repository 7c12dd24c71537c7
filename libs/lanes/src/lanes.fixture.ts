import { randomUUID } from 'node:crypto';
import { openPostgres, type Transaction, touch } from '@shotwire/postgres';
import { createTestDatabase } from '@shotwire/postgres/testing';
import { type Claim, claim } from './claim.ts';
import { enqueue, priorities, type Waiting } from './enqueue.ts';
import { lanesMigration } from './migration.ts';

interface ClaimWish {
  limit?: number;
  roomPerLane?: number;
  roomPerOwner?: number;
  ratePerOwner?: number;
  roomForBackground?: number;
  leaseS?: number;
}

/** A queue in a database of its own. */
export async function openTestLanes() {
  await using opening = new AsyncDisposableStack();
  const open = (url: string) => openPostgres({ url: new URL(url), pool: 10, schema: 'queue', migrations: [lanesMigration] });
  const database = opening.use(
    await createTestDatabase({
      template: `lanes ${lanesMigration.up}`,
      prepare: async (url) => (await open(url))[Symbol.asyncDispose](),
    }),
  );
  const postgres = opening.use(await open(database.url));
  const house = opening.move();
  const act = <T>(work: (trx: Transaction) => Promise<T>) => postgres.transaction(work);
  return {
    postgres,
    act,
    /** Puts one item into a lane; gives its id. */
    async put(lane: string, { priority = priorities.normal, inS = 0, owner = lane }: Partial<Waiting> = {}): Promise<string> {
      const itemId = randomUUID();
      await act((trx) => enqueue(trx, { itemId, lane, owner, priority, inS }));
      return itemId;
    },
    /** Puts many items into `lanes` lanes, in turn; the lanes' names begin with `prefix`. */
    async putMany({ items, lanes, prefix, inS = 0 }: { items: number; lanes: number; prefix: string; inS?: number }): Promise<void> {
      await act((trx) =>
        touch(
          trx,
          `insert into lane_items (item_id, lane, owner, priority, due_at, ripe)
           select gen_random_uuid(), :prefix || i % :lanes, :prefix || i % :lanes, i % 3, now() + make_interval(secs => :inS), :inS::float8 <= 0
           from generate_series(1, :items::int) i`,
          { items, lanes, prefix, inS },
        ),
      );
      await act((trx) => touch(trx, 'analyze lane_items'));
    },
    claim: (wish: ClaimWish = {}): Promise<Claim[]> =>
      act((trx) => claim(trx, { claimId: randomUUID(), limit: 1, roomPerLane: 100, leaseS: 30, ...wish })),
    /** Lets the leases of everything in hand run out. */
    lapseAll: () => act((trx) => touch(trx, "update lane_items set lease_until = now() - interval '1 second' where claim_id is not null")),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  };
}
