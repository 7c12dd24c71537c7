import { raise } from '@shotwire/lanes';
import { rows, type Transaction, touch } from '@shotwire/postgres';
import { originsOf } from '../core/screenshot.ts';
import type { Leader } from '../core/share-captures.ts';
import { lanePriorities } from './screenshot-row.ts';

/** Makes equal wishes take turns until the transaction ends, so that of many that come at once one leads. */
export async function lockEqualWishes(
  trx: Transaction,
  { accountId, fingerprint }: { accountId: string; fingerprint: Buffer },
): Promise<void> {
  await touch(
    trx,
    `select pg_advisory_xact_lock_shared(hashtextextended(:accountId, 1)),
            pg_advisory_xact_lock(hashtextextended(:accountId || encode(:fingerprint, 'hex'), 0))`,
    { accountId, fingerprint },
  );
}

/** The same for all wishes of an account: a batch has more of them than there is room for locks. Batches take turns too. */
export async function lockAllWishes(trx: Transaction, accountId: string): Promise<void> {
  await touch(trx, 'select pg_advisory_xact_lock(hashtextextended(:accountId, 1))', { accountId });
}

/**
 * Equal wishes that have not ended and have a capture of their own, by fingerprint, which this transaction can rely on: they cannot
 * end before. Those whose capture an interactive wish wants to share become as urgent as it is. The queue's rows are locked before
 * the screenshots', each in the order of their ids, as in every other act on both.
 */
export async function findLeaders(
  trx: Transaction,
  { accountId, fingerprints, urgent }: { accountId: string; fingerprints: readonly Buffer[]; urgent: ReadonlySet<string> },
): Promise<Map<string, Leader>> {
  if (fingerprints.length === 0) return new Map();
  const origins = originsOf('cancelled');
  const found = await rows<{ id: string; key: string }>(
    trx,
    `select distinct on (fingerprint) id, encode(fingerprint, 'hex') as key from screenshots
     where account_id = :accountId and fingerprint = any(:fingerprints::bytea[]) and captured_at is null
       and status = any(:origins) and leader_id is null
     order by fingerprint, number desc`,
    { accountId, fingerprints, origins },
  );
  if (found.length === 0) return new Map();
  const urged = found.filter(({ key }) => urgent.has(key)).map(({ id }) => id);
  if (urged.length > 0) await raise(trx, lanePriorities.interactive, ...urged);
  const leaders = await rows<Leader & { key: string }>(
    trx,
    `select id, encode(fingerprint, 'hex') as key, (select count(*) from screenshots f where f.leader_id = s.id) as followers
     from screenshots s where id = any(:ids::uuid[]) and status = any(:origins) order by id for share of s`,
    { ids: found.map(({ id }) => id), origins },
  );
  return new Map(leaders.map(({ key, ...leader }) => [key, leader]));
}

/** A wish that takes the result of an equal one, if there is one that was captured no longer ago than it says. */
export interface Taker {
  id: string;
  fingerprint: Buffer;
  cacheTtlS: number;
}

/**
 * The equal wishes that have their results, by the takers' ids. They stay for as long as this transaction lasts: what is about to be
 * removed is not given.
 */
export async function findEqualResults(
  trx: Transaction,
  { accountId, takers }: { accountId: string; takers: readonly Taker[] },
): Promise<Map<string, string>> {
  if (takers.length === 0) return new Map();
  const found = await rows<{ taker: string; id: string }>(
    trx,
    `select taker, result.id
     from unnest(:takers::uuid[], :fingerprints::bytea[], :ttls::int[]) as wanted (taker, fingerprint, ttl)
     cross join lateral (
       select id from screenshots s
       where s.account_id = :accountId and s.fingerprint = wanted.fingerprint and s.status = 'completed' and s.deleted_at is null
         and s.captured_at >= clock_timestamp() - make_interval(secs => wanted.ttl)
         and s.image_remove_at > clock_timestamp() + interval '1 minute'
       order by s.captured_at desc limit 1
       for share
     ) result`,
    {
      accountId,
      takers: takers.map(({ id }) => id),
      fingerprints: takers.map(({ fingerprint }) => fingerprint),
      ttls: takers.map(({ cacheTtlS }) => cacheTtlS),
    },
  );
  return new Map(found.map(({ taker, id }) => [taker, id]));
}
