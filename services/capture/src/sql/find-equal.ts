import { row, type Transaction, touch } from '@shotwire/postgres';
import { originsOf } from '../core/screenshot.ts';

/** What makes wishes equal: whose they are, and what they ask for. */
export interface Equal {
  accountId: string;
  fingerprint: Buffer;
}

/** Those that share one capture at most: they all end in one transaction. */
const FOLLOWERS_AT_MOST = 500;

/** Makes equal wishes take turns until the transaction ends, so that of many that come at once one leads. */
export async function lockEqualWishes(trx: Transaction, { accountId, fingerprint }: Equal): Promise<void> {
  await touch(trx, "select pg_advisory_xact_lock(hashtextextended(:accountId || encode(:fingerprint, 'hex'), 0))", {
    accountId,
    fingerprint,
  });
}

/**
 * An equal wish that has not ended and has a capture of its own, which this transaction can rely on: it cannot end before.
 * `urge` is called with it first, because the queue's row is locked before the screenshot's, as in every other act on both.
 */
export async function findLeader(trx: Transaction, equal: Equal, urge: (id: string) => Promise<void>): Promise<string | undefined> {
  const origins = originsOf('cancelled');
  const found = await row<{ id: string }>(
    trx,
    `select id from screenshots
     where account_id = :accountId and fingerprint = :fingerprint and captured_at is null
       and status = any(:origins) and leader_id is null
     order by created_at desc limit 1`,
    { ...equal, origins },
  );
  if (!found) return undefined;
  await urge(found.id);
  const followers = await row<{ count: number }>(trx, 'select count(*) as count from screenshots where leader_id = :id', { id: found.id });
  if (!followers || followers.count >= FOLLOWERS_AT_MOST) return undefined;
  const leader = await row<{ id: string }>(trx, 'select id from screenshots where id = :id and status = any(:origins) for share', {
    id: found.id,
    origins,
  });
  return leader?.id;
}

/**
 * An equal wish that has its result, captured no longer than `cacheTtlS` ago. It stays for as long as this transaction lasts:
 * what is about to be removed is not given.
 */
export async function findEqualResult(trx: Transaction, wanted: Equal & { cacheTtlS: number }): Promise<string | undefined> {
  const found = await row<{ id: string }>(
    trx,
    `select id from screenshots
     where account_id = :accountId and fingerprint = :fingerprint and status = 'completed' and deleted_at is null
       and captured_at >= clock_timestamp() - make_interval(secs => :cacheTtlS)
       and image_remove_at > clock_timestamp() + interval '1 minute'
     order by captured_at desc limit 1
     for share`,
    { ...wanted },
  );
  return found?.id;
}
