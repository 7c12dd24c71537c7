import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import { priorities } from './enqueue.ts';

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
  /** Items of background priority at most; no limit of their own when it is not given. */
  roomForBackground?: number;
  leaseS: number;
}

/** Items that one claim ripens at most; the longest overdue first. */
const RIPEN_AT_ONCE = 2_000;

/**
 * Claims due items fairly: of every lane the first comes before any lane's second, counting what a lane already has in hand;
 * between lanes that have equally much in hand, the one that was served longest ago comes first. So a lane with a million items
 * delays a lane with one by one item, also where there is a single slot. Within a lane priority decides, then age: who keeps
 * asking for urgent things keeps the rest of that lane waiting, and nobody else's.
 * Claimers take turns (the lock lasts a few milliseconds), so that two of them cannot fill the same room.
 */
export async function claim(
  trx: Transaction,
  { claimId, limit, roomPerLane, roomForBackground = limit, leaseS }: ClaimParts,
): Promise<Claim[]> {
  const { background, normal } = priorities;
  await touch(trx, "select pg_advisory_xact_lock('lane_items'::regclass::oid::bigint)");
  await ripen(trx);
  return rows<Claim>(
    trx,
    `with recursive lanes as (
       (select lane from lane_items where claim_id is null and ripe order by lane limit 1)
       union all
       select (select i.lane from lane_items i where i.claim_id is null and i.ripe and i.lane > l.lane order by i.lane limit 1)
       from lanes l where l.lane is not null
     ),
     in_hand as (
       select lane, count(*) as items from lane_items where claim_id is not null group by lane
     ),
     next_ones as (
       select next.*, l.lane, t.served_at,
              coalesce(h.items, 0) + row_number() over (partition by l.lane order by next.priority desc, next.due_at) as turn
       from lanes l
       left join in_hand h using (lane)
       left join lane_turns t using (lane)
       cross join lateral (
         select i.item_id, i.priority, i.due_at from lane_items i
         where i.claim_id is null and i.ripe and i.lane = l.lane and i.priority >= :leastUrgent
         order by i.priority desc, i.due_at
         limit least(:limit, greatest(:roomPerLane - coalesce(h.items, 0), 0))
       ) next
     ),
     in_turn as (
       select item_id, lane, priority, place, row_number() over (partition by priority = :background order by place) as place_of_its_kind
       from (select *, row_number() over (order by turn, served_at nulls first, priority desc, due_at) as place from next_ones) placed
     ),
     candidates as (
       select item_id, lane from in_turn
       where priority > :background or place_of_its_kind <= :roomForBackground
       order by place
       limit :limit
     ),
     free as (
       -- One that is being cancelled is left alone: waiting for that would make all claimers wait.
       select item_id from lane_items
       where item_id = any(array(select item_id from candidates)) and claim_id is null
       for update skip locked
     ),
     served as (
       insert into lane_turns (lane, served_at)
       select lane, clock_timestamp() from candidates join free using (item_id) group by lane
       on conflict (lane) do update set served_at = excluded.served_at
     )
     update lane_items i
     set claim_id = :claimId, lease_until = clock_timestamp() + make_interval(secs => :leaseS), claims = claims + 1
     from free
     where i.item_id = free.item_id
     returning i.item_id as "itemId", i.claim_id as "claimId", i.claims`,
    { claimId, limit, roomPerLane, roomForBackground, leaseS, background, leastUrgent: roomForBackground > 0 ? background : normal },
  );
}

async function ripen(trx: Transaction): Promise<void> {
  await touch(
    trx,
    `update lane_items set ripe = true
     where item_id = any(array(
       select item_id from lane_items where claim_id is null and not ripe and due_at <= now()
       order by due_at limit :atOnce for update skip locked
     ))`,
    { atOnce: RIPEN_AT_ONCE },
  );
}

/**
 * Milliseconds until a claim can find what the last one did not: 0 when something has become due since, undefined when nothing
 * is to come. What is due already and was left waiting has no room in its lane, which no passing of time will make.
 */
export async function untilDue(trx: Transaction): Promise<number | undefined> {
  const next = await row<{ ms: number | null }>(
    trx,
    `select (extract(epoch from min(due_at) - now()) * 1000)::float8 as ms from lane_items where claim_id is null and not ripe`,
  );
  return next?.ms == null ? undefined : Math.max(next.ms, 0);
}
