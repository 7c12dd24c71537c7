import type { DeskService } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';

interface AccountParts {
  desk: Pick<RpcClient<typeof DeskService>, 'getSigningSecret'>;
}

const schema = operation({
  id: 'getAccount',
  tag: 'account',
  summary: 'Who is asking',
  good: {
    200: {
      says: 'The account, with the secret that signs webhooks that have none of their own.',
      body: shape({ id: text, webhook_secret: text }),
    },
  },
});

/** The account that asks. */
export function accountRoutes(app: FastifyInstance, { desk }: AccountParts): void {
  app.get('/account', { schema }, async (request, reply) => {
    const context = { ...callContext(request), signal: goneSignal(reply) };
    const { secret } = await desk.getSigningSecret({}, { context });
    // It holds a secret.
    reply.header('cache-control', 'no-store');
    return { id: request.account, webhook_secret: secret };
  });
}
