import { rows, type Transaction } from '@shotwire/postgres';

/** An item in hand: whoever holds the claim id may finish it until the lease runs out. */
export interface Claim {
  itemId: string;
  claimId: string;
  /** How many times it has been claimed, this one included. */
  claims: number;
}

interface ClaimParts {
  /** A fresh UUID for this claim; all items claimed together share it. */
  claimId: string;
  /** Items at most. */
  limit: number;
  /** Items that one lane may have in hand at once, over all claimers. */
  roomPerLane: number;
  leaseS: number;
}

/**
 * Claims due items fairly: of every lane the first comes before any lane's second, counting what a lane already has in hand,
 * so a lane with a million items delays a lane with one by one item. Within a lane priority decides, then age.
 * Claimers take turns (the lock lasts a few milliseconds), so that two of them cannot fill the same room.
 */
export async function claim(trx: Transaction, { claimId, limit, roomPerLane, leaseS }: ClaimParts): Promise<Claim[]> {
  await trx.raw("select pg_advisory_xact_lock('lane_items'::regclass::oid::bigint)");
  return rows<Claim>(
    trx,
    `with recursive waiting_lanes as (
       (select lane from lane_items where claim_id is null order by lane limit 1)
       union all
       select (select i.lane from lane_items i where i.claim_id is null and i.lane > w.lane order by i.lane limit 1)
       from waiting_lanes w where w.lane is not null
     ),
     in_hand as (
       select lane, count(*) as items from lane_items where claim_id is not null group by lane
     ),
     candidates as (
       select next.item_id, next.priority, next.due_at,
              coalesce(h.items, 0) + row_number() over (partition by w.lane order by next.priority desc, next.due_at) as turn
       from waiting_lanes w
       left join in_hand h using (lane)
       cross join lateral (
         -- One probe per priority, so that neither future items nor a lane's length cost anything.
         select due.* from (values (2::smallint), (1::smallint), (0::smallint)) p (priority)
         cross join lateral (
           select i.item_id, i.priority, i.due_at from lane_items i
           where i.claim_id is null and i.lane = w.lane and i.priority = p.priority and i.due_at <= now()
           order by i.due_at
           limit least(:limit, greatest(:roomPerLane - coalesce(h.items, 0), 0))
         ) due
         order by due.priority desc, due.due_at
         limit least(:limit, greatest(:roomPerLane - coalesce(h.items, 0), 0))
       ) next
       where w.lane is not null
       order by turn, next.priority desc, next.due_at
       limit :limit
     )
     update lane_items i
     set claim_id = :claimId, lease_until = now() + make_interval(secs => :leaseS), claims = claims + 1
     from candidates c
     where i.item_id = c.item_id and i.claim_id is null
     returning i.item_id as "itemId", i.claim_id as "claimId", i.claims`,
    { claimId, limit, roomPerLane, leaseS },
  );
}

/** Milliseconds until the next waiting item is due, 0 when one is due now, undefined when none waits. */
export async function untilDue(trx: Transaction): Promise<number | undefined> {
  const [next] = await rows<{ ms: number | null }>(
    trx,
    `select (greatest(extract(epoch from min(due_at) - now()), 0) * 1000)::float8 as ms from lane_items where claim_id is null`,
  );
  return next?.ms ?? undefined;
}
