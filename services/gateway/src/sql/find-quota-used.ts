import type { Instant } from '@shotwire/contract';
import { row, type Transaction } from '@shotwire/postgres';

interface QuotaUsed {
  captures: number;
  /** When the next month (UTC) begins. */
  resetsAt: Instant;
}

/** What an account has used of this month (UTC). */
export async function findQuotaUsed(trx: Transaction, accountId: string): Promise<QuotaUsed> {
  const used = await row<QuotaUsed>(
    trx,
    `select coalesce((select captures from quota_used where account_id = :accountId and month = date_trunc('month', now())::date), 0) as captures,
            date_trunc('month', now()) + interval '1 month' as "resetsAt"`,
    { accountId },
  );
  return used as QuotaUsed;
}
