import { row, type Transaction } from '@shotwire/postgres';

interface Taking {
  accountId: string;
  captures: number;
  /** Captures that an account has in a month. */
  quota: number;
}

/** Takes captures from what an account has left in this month (UTC). The month, as 2026-03-01; undefined when that much is not left. */
export async function takeQuota(trx: Transaction, { accountId, captures, quota }: Taking): Promise<string | undefined> {
  const taken = await row<{ month: string }>(
    trx,
    `insert into quota_used as kept (account_id, month, captures)
     select :accountId, date_trunc('month', now())::date, :captures where :captures::bigint <= :quota
     on conflict (account_id, month) do update set captures = kept.captures + excluded.captures
     where kept.captures + excluded.captures <= :quota
     returning month::text`,
    { accountId, captures, quota },
  );
  return taken?.month;
}
