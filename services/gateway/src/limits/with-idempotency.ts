import { Failure } from '@shotwire/failures';
import type { Postgres, Transaction } from '@shotwire/postgres';
import type { FastifyRequest } from 'fastify';
import { chargeIdempotencyKey } from '../sql/charge-idempotency-key.ts';
import { enterIdempotencyKey } from '../sql/enter-idempotency-key.ts';
import { giveBackQuota } from '../sql/give-back-quota.ts';
import { leaveIdempotencyKey } from '../sql/leave-idempotency-key.ts';
import { takeQuota } from '../sql/take-quota.ts';
import { idempotencyKeyOf, keyOfId, type Sameness } from './idempotency-key.ts';

interface LimitParts {
  postgres: Pick<Postgres, 'transaction'>;
  /** Captures that an account has in a month (UTC); 0 for as many as it likes. */
  monthlyQuota: number;
  newId: () => string;
}

interface Asked {
  /** What it takes of the month's quota. */
  captures: number;
  /** What was asked for, by which an equal request is known. */
  body: unknown;
  /** The UUID that it is to have, where others may ask for the same. */
  id?: string | undefined;
}

/** What a request has in hand while it is carried out. */
interface Taken {
  targetId: string;
  /** The month whose quota this very request took from, where no key remembers that. */
  month?: string | undefined;
}

/**
 * Makes something once, however often it is asked for: under one Idempotency-Key `create` is always given the same id, within 24 hours.
 * It takes the month's quota, once, and gives it back when the answer is a no. What dies in the middle has its key and its quota, and
 * goes on when it is asked again. Failure `idempotency_conflict`, `quota_exceeded`, `validation_error`, or what `create` fails with.
 */
export async function withIdempotency<T>(
  { postgres, monthlyQuota, newId }: LimitParts,
  request: FastifyRequest,
  { captures, body, id }: Asked,
  create: (id: string) => Promise<T>,
): Promise<T> {
  const { account: accountId } = request;
  const targetId = id ?? newId();
  const same = id === undefined ? idempotencyKeyOf(request, body) : monthlyQuota > 0 ? keyOfId(id) : undefined;
  if (!same && monthlyQuota === 0) return create(targetId);

  const charge = (trx: Transaction) => chargeQuota(trx, { accountId, captures, quota: monthlyQuota });
  const taken = await postgres.transaction(async (trx): Promise<Taken> => {
    if (!same) return { targetId, month: await charge(trx) };
    return enter(trx, { ...same, accountId, targetId }, charge);
  });
  try {
    return await create(taken.targetId);
  } catch (thrown) {
    const failure = Failure.from(thrown);
    const giveBack = (trx: Transaction) => leave(trx, { ...taken, accountId, captures, same, failure });
    await postgres.transaction(giveBack).catch((err) => request.log.warn({ err }, 'what a refused request took was not given back'));
    throw failure;
  }
}

async function enter(
  trx: Transaction,
  entry: Sameness & { accountId: string; targetId: string },
  charge: (trx: Transaction) => Promise<string | undefined>,
): Promise<Taken> {
  const { targetId, isOther, chargedIn } = await enterIdempotencyKey(trx, entry);
  if (isOther) throw new Failure('idempotency_conflict');
  const month = chargedIn === null ? await charge(trx) : undefined;
  if (month !== undefined) await chargeIdempotencyKey(trx, { ...entry, month });
  return { targetId };
}

async function chargeQuota(trx: Transaction, taking: Parameters<typeof takeQuota>[1]): Promise<string | undefined> {
  if (taking.quota === 0) return undefined;
  const month = await takeQuota(trx, taking);
  if (month === undefined) throw new Failure('quota_exceeded');
  return month;
}

interface Leaving extends Taken {
  accountId: string;
  captures: number;
  same: Sameness | undefined;
  failure: Failure;
}

async function leave(trx: Transaction, { targetId, month, accountId, captures, same, failure }: Leaving): Promise<void> {
  const isHopeless = failure.httpStatus === 422;
  const charged = same ? await leaveIdempotencyKey(trx, { accountId, key: same.key, targetId, isHopeless }) : month;
  if (charged) await giveBackQuota(trx, { accountId, month: charged, captures });
}
