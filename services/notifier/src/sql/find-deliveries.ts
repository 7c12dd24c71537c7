import { row, rows, type Transaction } from '@shotwire/postgres';
import type { DeliveryRow } from '../core/delivery.ts';

/** The deliveries of an account's screenshots. */
export async function findDeliveries(
  trx: Transaction,
  { accountId, screenshotIds }: { accountId: string; screenshotIds: readonly string[] },
): Promise<DeliveryRow[]> {
  return rows<DeliveryRow>(
    trx,
    `select webhook_id as "webhookId", screenshot_id as "screenshotId", state, attempts, next_attempt_at as "nextAttemptAt",
            last_status as "lastStatus", last_error as "lastError"
     from deliveries
     where screenshot_id = any(:screenshotIds::uuid[]) and account_id = :accountId`,
    { screenshotIds, accountId },
  );
}

/** How many deliveries wait, and for how many seconds the one that is longest overdue has been due. */
export async function backlog(trx: Transaction): Promise<{ pending: number; oldestDueS: number }> {
  const found = await row<{ pending: number; oldestDueS: number }>(
    trx,
    `select count(*) as pending, greatest(coalesce(extract(epoch from now() - min(next_attempt_at)), 0), 0)::float8 as "oldestDueS"
     from deliveries where state = 'pending'`,
  );
  return found ?? { pending: 0, oldestDueS: 0 };
}
