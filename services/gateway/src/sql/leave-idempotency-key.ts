import { row, type Transaction, touch } from '@shotwire/postgres';

interface Leaving {
  accountId: string;
  key: string;
  /** What was asked for, so that a key which has begun anew meanwhile is left alone. */
  targetId: string;
  /** The request can never be taken as it is, so its key is free for the mended one. */
  isHopeless: boolean;
}

/**
 * Takes back that a request which was refused came under a key. When all that came were refused, gives the month whose quota
 * is to be given back, as 2026-03-01; null where none was taken, or one of them was or may yet be accepted.
 */
export async function leaveIdempotencyKey(trx: Transaction, { accountId, key, targetId, isHopeless }: Leaving): Promise<string | null> {
  const named = { accountId, key, targetId };
  const left = await row<{ callers: number; chargedIn: string | null }>(
    trx,
    `update idempotency_keys set callers = callers - 1 where account_id = :accountId and key = :key and target_id = :targetId
     returning callers, charged_in::text as "chargedIn"`,
    named,
  );
  if (!left || left.callers > 0) return null;
  const end = isHopeless ? 'delete from idempotency_keys' : 'update idempotency_keys set charged_in = null';
  await touch(trx, `${end} where account_id = :accountId and key = :key and target_id = :targetId`, named);
  return left.chargedIn;
}
