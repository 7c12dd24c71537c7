import { row, rows, type Transaction, touch } from '@shotwire/postgres';
import type { Priority } from './enqueue.ts';

type Held = Readonly<{ itemId: string; claimId: string }>;

const given = (held: readonly Held[]) => ({ itemIds: held.map(({ itemId }) => itemId), claimIds: held.map(({ claimId }) => claimId) });

/**
 * Ends a claim and takes the item out of the queue, in the transaction that writes its terminal state.
 * False when the claim is no longer held: then nothing may be written.
 */
export async function finish(trx: Transaction, held: Held): Promise<boolean> {
  return (await finishAll(trx, [held])).has(held.itemId);
}

/** Ends claims and takes their items out of the queue; gives the items whose claims were still held. */
export async function finishAll(trx: Transaction, held: readonly Held[]): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const ended = await rows<{ itemId: string }>(
    trx,
    `delete from lane_items i using unnest(:itemIds::uuid[], :claimIds::uuid[]) as held (item_id, claim_id)
     where i.item_id = held.item_id and i.claim_id = held.claim_id
     returning i.item_id as "itemId"`,
    given(held),
  );
  return new Set(ended.map(({ itemId }) => itemId));
}

/** Ends a claim and lets the item wait again for `inS` seconds. False when the claim is no longer held. */
export async function putBack(trx: Transaction, held: Held & { inS: number }): Promise<boolean> {
  return (await putBackAll(trx, [held])).has(held.itemId);
}

/** Ends claims and lets their items wait again, at another priority if one is given; gives the items whose claims were still held. */
export async function putBackAll(trx: Transaction, held: readonly (Held & { inS: number; priority?: Priority })[]): Promise<Set<string>> {
  if (held.length === 0) return new Set();
  const ended = await rows<{ itemId: string }>(
    trx,
    `update lane_items i
     set claim_id = null, lease_until = null, due_at = now() + make_interval(secs => held.in_s), ripe = false,
         priority = coalesce(held.priority, i.priority)
     from unnest(:itemIds::uuid[], :claimIds::uuid[], :inS::float8[], :priorities::int[]) as held (item_id, claim_id, in_s, priority)
     where i.item_id = held.item_id and i.claim_id = held.claim_id
     returning i.item_id as "itemId"`,
    { ...given(held), inS: held.map(({ inS }) => inS), priorities: held.map(({ priority }) => priority ?? null) },
  );
  return new Set(ended.map(({ itemId }) => itemId));
}

/** Ends a claim as if it had never been made: the item is due at once and the claim is not counted. False when it is no longer held. */
export async function handBack(trx: Transaction, { itemId, claimId }: Held): Promise<boolean> {
  const touched = await touch(
    trx,
    `update lane_items set claim_id = null, lease_until = null, claims = claims - 1
     where item_id = :itemId and claim_id = :claimId`,
    { itemId, claimId },
  );
  return touched === 1;
}

/** Takes items out of the queue whoever holds them; their holders will find their claims lost. */
export async function cancel(trx: Transaction, ...itemIds: readonly string[]): Promise<void> {
  await touch(
    trx,
    `delete from lane_items
     where item_id = any(array(select item_id from lane_items where item_id = any(:itemIds::uuid[]) order by item_id for update))`,
    { itemIds },
  );
}

/** Takes items out of the queue that nobody holds; gives which these were. */
export async function takeOut(trx: Transaction, itemIds: readonly string[]): Promise<string[]> {
  const taken = await rows<{ itemId: string }>(
    trx,
    'delete from lane_items where item_id = any(:itemIds::uuid[]) and claim_id is null returning item_id as "itemId"',
    { itemIds },
  );
  return taken.map(({ itemId }) => itemId);
}

/**
 * Extends the leases of claims in hand, except those that have already run out. What somebody is about to finish or to put back is
 * passed over: who waited for one while others wait for him would be locked out.
 */
export async function renew(trx: Transaction, { claimIds, leaseS }: { claimIds: readonly string[]; leaseS: number }): Promise<void> {
  await touch(
    trx,
    `update lane_items set lease_until = now() + make_interval(secs => :leaseS)
     where item_id = any(array(
       select item_id from lane_items where claim_id = any(:claimIds::uuid[]) and lease_until > now() for no key update skip locked
     ))`,
    { claimIds, leaseS },
  );
}

/** An item whose holder was lost. */
export interface Lapsed {
  itemId: string;
  /** How many times it has been claimed. */
  claims: number;
}

/** The reaper: makes items whose lease ran out wait again, due at once, and names them, 500 at most. */
export async function reap(trx: Transaction): Promise<Lapsed[]> {
  return rows<Lapsed>(
    trx,
    `update lane_items set claim_id = null, lease_until = null
     where item_id = any(array(
       select item_id from lane_items where claim_id is not null and lease_until < now() limit 500 for update skip locked
     ))
     returning item_id as "itemId", claims`,
  );
}

/** How many items wait or are in hand, counted no further than `atMost`. */
export async function depth(trx: Transaction, atMost: number): Promise<number> {
  const counted = await row<{ items: number }>(trx, 'select count(*) as items from (select 1 from lane_items limit :atMost) counted', {
    atMost,
  });
  return counted?.items ?? 0;
}
