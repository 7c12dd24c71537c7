import { row, type Transaction } from '@shotwire/postgres';

interface Counted {
  /** Requests in the window, these included. */
  requests: number;
  /** Seconds until the window is over. */
  leftS: number;
}

/**
 * Counts requests of a key in its window of a minute, which begins with the first one after the window before. A request whose
 * transaction waited for another counts in the window that it finds: `now()` does not move on within it.
 */
export async function countRequests(trx: Transaction, { keyId, requests }: { keyId: string; requests: number }): Promise<Counted> {
  const counted = await row<Counted>(
    trx,
    `insert into request_windows as kept (key_id, starts_at, requests) values (:keyId, now(), :requests)
     on conflict (key_id) do update set
       starts_at = case when kept.starts_at > now() - interval '1 minute' then kept.starts_at else now() end,
       requests = case when kept.starts_at > now() - interval '1 minute' then kept.requests else 0 end + excluded.requests
     returning requests, extract(epoch from starts_at + interval '1 minute' - now())::float8 as "leftS"`,
    { keyId, requests },
  );
  return counted as Counted;
}
