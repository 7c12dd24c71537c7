import { type Transaction, touch } from '@shotwire/postgres';

/** Writes down from which month's quota (as 2026-03-01) what is made under a key was taken. */
export async function chargeIdempotencyKey(
  trx: Transaction,
  { accountId, key, month }: { accountId: string; key: string; month: string },
): Promise<void> {
  await touch(trx, 'update idempotency_keys set charged_in = cast(:month as date) where account_id = :accountId and key = :key', {
    accountId,
    key,
    month,
  });
}
