import { row, rows, type Transaction } from '@shotwire/postgres';
import { priorities } from './enqueue.ts';

/** An item in hand: whoever holds the claim id may finish it until the lease runs out. */
export interface Claim {
  itemId: string;
  claimId: string;
  /** How many times it has been claimed, this one included. */
  claims: number;
  priority: number;
  /** For how many seconds it has been due. */
  lateS: number;
}

/** What one claim may take. */
export interface Wanted {
  /** A fresh UUID for this claim; all items claimed together share it. */
  claimId: string;
  /** Items at most. */
  limit: number;
  /** Items that one lane may have in hand at once, over all claimers, unless the lane has a room of its own. */
  roomPerLane: number;
  /** Items that all lanes of one owner may have in hand at once; no limit of their own when it is not given. */
  roomPerOwner?: number;
  /** Claims a minute that one owner may have; no limit when it is not given. */
  ratePerOwner?: number;
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
export async function claim(trx: Transaction, wanted: Wanted): Promise<Claim[]> {
  const { limit, roomPerOwner, ratePerOwner, roomForBackground = limit } = wanted;
  const { background, normal } = priorities;
  if (!(await takeTurn(trx))) return [];
  return rows<Claim>(
    trx,
    `with recursive lanes as (
       (select lane from lane_items where claim_id is null and ripe order by lane limit 1)
       union all
       select (select i.lane from lane_items i where i.claim_id is null and i.ripe and i.lane > l.lane order by i.lane limit 1)
       from lanes l where l.lane is not null
     ),
     in_hand as (
       select lane, owner, count(*) as items, count(*) filter (where priority = :background) as background
       from lane_items where claim_id is not null group by lane, owner
     ),
     owners as (
       select owner, sum(items) as items, sum(background) as background from in_hand group by owner
     ),
     places as (
       -- What a lane has room for: none while it is closed, one item while it is on trial.
       select l.lane, coalesce(s.served_at, '-infinity') as served_at, coalesce(h.items, 0) as items,
              least(
                case when s.closed_until > now() then 0 when s.closed_until is not null then 1 else coalesce(s.room, :roomPerLane) end
                  - coalesce(h.items, 0),
                case when s.rate is not null then floor(least(greatest(s.rate, 1), s.saved + extract(epoch from now() - s.saved_at) * s.rate)) end,
                :limit
              )::int as room
       from lanes l
       left join in_hand h using (lane)
       left join lane_states s using (lane)
       where l.lane is not null
     ),
     next_ones as (
       select next.*, p.lane, p.served_at, p.items + row_number() over (partition by p.lane order by next.priority desc, next.due_at) as turn
       from places p
       cross join lateral (
         select i.item_id, i.owner, i.priority, i.due_at from lane_items i
         where i.claim_id is null and i.ripe and i.lane = p.lane and i.priority >= :leastUrgent
         order by i.priority desc, i.due_at
         limit greatest(p.room, 0)
       ) next
     ),
     in_turn as (
       select *, row_number() over (order by turn, served_at, priority desc, due_at) as place from next_ones
     ),
     -- One room after the other, so that what has no room in one takes no place in the next: of an owner's background, of an owner, of all.
     of_owners_kind as (
       select t.item_id, t.lane, t.owner, t.place, t.priority, coalesce(o.items, 0) as items_of_its_owner,
              row_number() over (partition by t.owner, t.priority = :background order by t.place) as place_of_its_owners_kind,
              -- What is urgent has half of an owner's room for itself, as it has room of its own among all.
              ceil(:roomPerOwner::float8 / 2) - coalesce(o.background, 0) as room_of_its_owners_background
       from in_turn t
       left join owners o using (owner)
     ),
     of_owners as (
       select k.*, row_number() over (partition by k.owner order by k.place) as place_of_its_owner,
              least(
                :roomPerOwner::int - k.items_of_its_owner,
                floor(coalesce(least(:ratePerOwner::float8, b.saved + extract(epoch from now() - b.saved_at) * :ratePerOwner / 60), :ratePerOwner))
              ) as room_of_its_owner
       from of_owners_kind k
       left join lane_owners b using (owner)
       where priority > :background or room_of_its_owners_background is null or place_of_its_owners_kind <= room_of_its_owners_background
     ),
     of_all as (
       select *, row_number() over (partition by priority = :background order by place) as place_of_its_kind from of_owners
       where room_of_its_owner is null or place_of_its_owner <= room_of_its_owner
     ),
     candidates as (
       select item_id, lane, owner from of_all
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
     taken as (
       select lane, count(*) as items from candidates join free using (item_id) group by lane
     ),
     served as (
       -- In the order in which outcomes are counted: who claims and who counts must not wait for each other.
       insert into lane_states as s (lane, served_at)
       select lane, clock_timestamp() from taken order by lane collate "C"
       on conflict (lane) do update set
         served_at = excluded.served_at,
         saved = case when s.rate is not null
                   then least(greatest(s.rate, 1), s.saved + extract(epoch from now() - s.saved_at) * s.rate)
                          - (select t.items from taken t where t.lane = s.lane)
                   else s.saved end,
         saved_at = case when s.rate is not null then now() else s.saved_at end
     ),
     charged_owners as (
       insert into lane_owners as o (owner, saved, saved_at)
       select owner, :ratePerOwner - count(*), now() from candidates join free using (item_id) where :ratePerOwner::float8 is not null group by owner
       on conflict (owner) do update set
         saved = least(:ratePerOwner, o.saved + extract(epoch from now() - o.saved_at) * :ratePerOwner / 60) - (:ratePerOwner - excluded.saved),
         saved_at = now()
     )
     update lane_items i
     set claim_id = :claimId, lease_until = clock_timestamp() + make_interval(secs => :leaseS), claims = claims + 1
     from free
     where i.item_id = free.item_id
     returning i.item_id as "itemId", i.claim_id as "claimId", i.claims, i.priority,
               extract(epoch from clock_timestamp() - i.due_at)::float8 as "lateS"`,
    {
      ...wanted,
      roomPerOwner: roomPerOwner ?? null,
      ratePerOwner: ratePerOwner ?? null,
      roomForBackground,
      background,
      leastUrgent: roomForBackground > 0 ? background : normal,
    },
  );
}

/**
 * Locks out other claimers if anything is due, and ripens what has become so. Whoever works off few items at a time looks three times
 * for each, and most looks find nothing: they shall cost next to nothing. What becomes due a moment later has a wake-up, or a timer.
 */
async function takeTurn(trx: Transaction): Promise<boolean> {
  const turn = await rows(
    trx,
    `with turn as materialized (
       select pg_advisory_xact_lock('lane_items'::regclass::oid::bigint)
       where exists (select from lane_items where claim_id is null and ripe)
          or exists (select from lane_items where claim_id is null and not ripe and due_at <= now())
     ),
     ripened as (
       update lane_items set ripe = true
       where item_id = any(array(
         select item_id from lane_items where claim_id is null and not ripe and due_at <= now() and exists (select from turn)
         order by due_at limit :atOnce for update skip locked
       ))
     )
     select from turn`,
    { atOnce: RIPEN_AT_ONCE },
  );
  return turn.length > 0;
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
