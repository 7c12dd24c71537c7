import { row, type Transaction, touch } from '@shotwire/postgres';

/** How many deliveries of an account have not ended, counted no further than `atMost`. */
export async function openDeliveries(trx: Transaction, { accountId, atMost }: { accountId: string; atMost: number }): Promise<number> {
  const counted = await row<{ open: number }>(
    trx,
    `select count(*) as open from (
       select 1 from deliveries where account_id = :accountId and state in ('pending', 'sending', 'paused') limit :atMost
     ) counted`,
    { accountId, atMost },
  );
  return counted?.open ?? 0;
}

/** Notes that an account's request named a host; false when it is a new one and there were `atMost` others within the last hour. */
export async function noteHost(
  trx: Transaction,
  { accountId, host, atMost }: { accountId: string; host: string; atMost: number },
): Promise<boolean> {
  const noted = await touch(
    trx,
    `insert into adhoc_hosts as h (account_id, host)
     select :accountId, :host
     where (select count(*) from adhoc_hosts o where o.account_id = :accountId and o.host <> :host and o.seen_at > now() - interval '1 hour') < :atMost
        or exists (select from adhoc_hosts o where o.account_id = :accountId and o.host = :host and o.seen_at > now() - interval '1 hour')
     on conflict (account_id, host) do update set seen_at = excluded.seen_at`,
    { accountId, host, atMost },
  );
  return noted === 1;
}

/** Forgets hosts that were not named for an hour. */
export async function forgetHosts(trx: Transaction): Promise<void> {
  await touch(trx, "delete from adhoc_hosts where seen_at < now() - interval '1 hour'");
}
