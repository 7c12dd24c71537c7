import { row, rows, type Transaction } from '@shotwire/postgres';

/** What ended on a day. */
export interface UsedOnDay {
  /** As 2026-03-09, in UTC. */
  day: string;
  completed: number;
  /** Of these, those taken from an equal wish. */
  cached: number;
  failed: number;
  cancelled: number;
  bytes: number;
}

/** What an account used from one day to another, these included, oldest first; days without anything are left out. */
export async function findUsage(trx: Transaction, wanted: { accountId: string; from: string; to: string }): Promise<UsedOnDay[]> {
  return rows<UsedOnDay>(
    trx,
    `select to_char(day, 'YYYY-MM-DD') as day, sum(completed)::bigint as completed, sum(cached)::bigint as cached,
            sum(failed)::bigint as failed, sum(cancelled)::bigint as cancelled, sum(bytes)::bigint as bytes
     from usage_days where account_id = :accountId and day between :from::text::date and :to::text::date
     group by usage_days.day order by usage_days.day`,
    wanted,
  );
}

/** What an account has now. */
export interface Holding {
  /** Screenshots that have not ended. */
  open: number;
  /** Those of them that are in a slot. */
  inFlight: number;
  /** Bytes of images and other results that are kept; what several screenshots show counts once. */
  storedBytes: number;
}

/** What an account has now. */
export async function findHolding(trx: Transaction, accountId: string): Promise<Holding> {
  const held = await row<Holding>(
    trx,
    `select (select count(*) from screenshots
             where account_id = :accountId and status in ('pending', 'processing') and deleted_at is null) as open,
            (select count(*) from screenshots
             where account_id = :accountId and status = 'processing' and deleted_at is null) as "inFlight",
            (select coalesce(sum(bytes), 0)::bigint from (
               select max(result_bytes) as bytes from screenshots
               where account_id = :accountId and status = 'completed' and image_remove_at is not null group by image_key
             ) kept) as "storedBytes"`,
    { accountId },
  );
  return held ?? { open: 0, inFlight: 0, storedBytes: 0 };
}
