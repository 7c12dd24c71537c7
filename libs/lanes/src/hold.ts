import { row, rows, type Transaction, touch } from '@shotwire/postgres';

type Held = Readonly<{ itemId: string; claimId: string }>;

/**
 * Ends a claim and takes the item out of the queue, in the transaction that writes its terminal state.
 * False when the claim is no longer held: then nothing may be written.
 */
export async function finish(trx: Transaction, { itemId, claimId }: Held): Promise<boolean> {
  return (await touch(trx, 'delete from lane_items where item_id = :itemId and claim_id = :claimId', { itemId, claimId })) === 1;
}

/** Ends a claim and lets the item wait again for `inS` seconds. False when the claim is no longer held. */
export async function putBack(trx: Transaction, { itemId, claimId, inS }: Held & { inS: number }): Promise<boolean> {
  const touched = await touch(
    trx,
    `update lane_items set claim_id = null, lease_until = null, due_at = now() + make_interval(secs => :inS), ripe = false
     where item_id = :itemId and claim_id = :claimId`,
    { itemId, claimId, inS },
  );
  return touched === 1;
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

/** Takes an item out of the queue whoever holds it; its holder will find its claim lost. */
export async function cancel(trx: Transaction, itemId: string): Promise<void> {
  await touch(trx, 'delete from lane_items where item_id = :itemId', { itemId });
}

/** Extends the leases of claims in hand, except those that have already run out. */
export async function renew(trx: Transaction, { claimIds, leaseS }: { claimIds: readonly string[]; leaseS: number }): Promise<void> {
  await touch(
    trx,
    `update lane_items set lease_until = now() + make_interval(secs => :leaseS)
     where claim_id = any(:claimIds::uuid[]) and lease_until > now()`,
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
  await forgetTurns(trx);
  return rows<Lapsed>(
    trx,
    `update lane_items set claim_id = null, lease_until = null
     where item_id = any(array(
       select item_id from lane_items where claim_id is not null and lease_until < now() limit 500 for update skip locked
     ))
     returning item_id as "itemId", claims`,
  );
}

/** A lane that was not served for so long comes first anyway. */
async function forgetTurns(trx: Transaction): Promise<void> {
  await touch(
    trx,
    `delete from lane_turns where lane = any(array(
       select lane from lane_turns where served_at < now() - interval '1 hour' limit 500 for update skip locked
     ))`,
  );
}

/** How many items wait or are in hand, counted no further than `atMost`. */
export async function depth(trx: Transaction, atMost: number): Promise<number> {
  const counted = await row<{ items: number }>(trx, 'select count(*) as items from (select 1 from lane_items limit :atMost) counted', {
    atMost,
  });
  return counted?.items ?? 0;
}
