import type { DeskService, IntakeService } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { keyOf } from '../keys/admit.ts';
import { findQuotaUsed } from '../sql/find-quota-used.ts';
import { daysAsked, type UsageQuery } from './days-asked.ts';
import { operations } from './operations.ts';
import { shownUsage } from './shown-usage.ts';

interface AccountParts {
  desk: Pick<RpcClient<typeof DeskService>, 'getSigningSecret'>;
  intake: Pick<RpcClient<typeof IntakeService>, 'getUsage'>;
  postgres: Pick<Postgres, 'transaction'>;
  /** Captures that an account has in a month; 0 for as many as it likes. */
  monthlyQuota: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** The account that asks, what it may and what it used. */
export function accountRoutes(app: FastifyInstance, { desk, intake, postgres, monthlyQuota, now }: AccountParts): void {
  app.get('/account', { schema: operations.account }, async (request) => {
    const { id, name, scopes, domains } = keyOf(request);
    const used = monthlyQuota > 0 ? await postgres.transaction((trx) => findQuotaUsed(trx, request.account)) : undefined;
    const { standing } = request;
    return {
      id: request.account,
      key: { id, name, scopes, domains },
      limits: {
        requests_per_minute: standing ? { limit: standing.limit, remaining: standing.remaining, resets_in: standing.resetS } : null,
        captures_per_month: used
          ? {
              limit: monthlyQuota,
              used: used.captures,
              remaining: Math.max(0, monthlyQuota - used.captures),
              resets_at: used.resetsAt,
            }
          : null,
      },
    };
  });

  app.get('/account/signing-secret', { schema: operations.signingSecret }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const { secret } = await desk.getSigningSecret({}, { context });
    reply.header('cache-control', 'no-store');
    return { webhook_secret: secret };
  });

  app.get<{ Querystring: UsageQuery }>('/usage', { schema: operations.usage }, async (request, reply) => {
    const days = daysAsked(request.query, now());
    const context = { ...callContext(request), signal: goneSignal(reply) };
    return shownUsage(await intake.getUsage({ from: days[0] as string, to: days.at(-1) as string }, { context }), days);
  });
}
