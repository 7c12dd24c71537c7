import type { DeskService } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';

interface AccountParts {
  desk: Pick<RpcClient<typeof DeskService>, 'getSigningSecret'>;
}

/** The account that asks. */
export function accountRoutes(app: FastifyInstance, { desk }: AccountParts): void {
  app.get('/account', async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const { secret } = await desk.getSigningSecret({}, { context });
    // It holds a secret.
    reply.header('cache-control', 'no-store');
    return { id: request.account, webhook_secret: secret };
  });
}
