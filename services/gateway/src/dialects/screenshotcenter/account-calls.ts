import type { Postgres } from '@shotwire/postgres';
import type { FastifyInstance } from 'fastify';
import { keyOf } from '../../keys/admit.ts';
import { findQuotaUsed } from '../../sql/find-quota-used.ts';
import { good } from './answers.ts';
import { answerCall } from './call.ts';
import { take } from './take.ts';

interface AccountCallParts {
  postgres: Pick<Postgres, 'transaction'>;
  /** Captures that an account has in a month; 0 for as many as it likes. */
  monthlyQuota: number;
}

/** What an account without a quota has: clients compare it with what they are about to spend. */
const PLENTY = 1_000_000_000;

/** `/account/…` */
export function accountCalls(scope: FastifyInstance, { postgres, monthlyQuota }: AccountCallParts): void {
  answerCall(scope, '/account/info', 'read', async ({ parameters, request }) => {
    take(parameters, {});
    const used = monthlyQuota > 0 ? await postgres.transaction((trx) => findQuotaUsed(trx, request.account)) : undefined;
    return good({
      id: request.account,
      name: keyOf(request).name,
      balance: used ? Math.max(0, monthlyQuota - used.captures) : PLENTY,
      plan: used ? 'monthly' : 'unlimited',
      ...(used && { resets_at: used.resetsAt }),
    });
  });
}
