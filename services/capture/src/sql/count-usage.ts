import { type Transaction, touch } from '@shotwire/postgres';
import type { ScreenshotRow } from '../core/screenshot.ts';

/** Rows that the uses of one account on one day are spread over: so many transactions can count at once. */
const STRIPES = 8;

/** Counts screenshots that ended as used, each connection in a row of its own. */
export async function countUsage(
  trx: Transaction,
  ended: readonly Pick<ScreenshotRow, 'accountId' | 'status' | 'cache' | 'resultBytes'>[],
): Promise<void> {
  await touch(
    trx,
    `insert into usage_days as u (account_id, day, stripe, completed, cached, failed, cancelled, bytes)
     select account_id, (now() at time zone 'UTC')::date, pg_backend_pid() % :stripes,
            count(*) filter (where status = 'completed'), count(*) filter (where status = 'completed' and cache = 'hit'),
            count(*) filter (where status = 'failed'), count(*) filter (where status = 'cancelled'),
            coalesce(sum(bytes) filter (where status = 'completed'), 0)
     from unnest(:accountIds::text[], :statuses::text[], :caches::text[], :sizes::bigint[]) as ended (account_id, status, cache, bytes)
     group by account_id
     -- In one order, so that two that count the same accounts do not wait for each other.
     order by account_id
     on conflict (account_id, day, stripe) do update set
       completed = u.completed + excluded.completed, cached = u.cached + excluded.cached, failed = u.failed + excluded.failed,
       cancelled = u.cancelled + excluded.cancelled, bytes = u.bytes + excluded.bytes`,
    {
      stripes: STRIPES,
      accountIds: ended.map(({ accountId }) => accountId),
      statuses: ended.map(({ status }) => status),
      caches: ended.map(({ cache }) => cache),
      sizes: ended.map(({ resultBytes }) => resultBytes),
    },
  );
}
