import type { DeskService, SigningKey } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';

interface SigningKeyParts {
  desk: Pick<RpcClient<typeof DeskService>, 'listSigningKeys'>;
}

/** The public keys that webhooks are signed with, as RFC 7517 and RFC 8037 write them, for everybody. */
export function signingKeyRoutes(app: FastifyInstance, { desk }: SigningKeyParts): void {
  app.get('/.well-known/jwks.json', async (request, reply) => {
    const { requestId, traceparent } = callContext(request);
    const { keys } = await desk.listSigningKeys({}, { context: { requestId, traceparent, signal: goneSignal(reply) } });
    reply.header('cache-control', 'public, max-age=300');
    return { keys: keys.map(jwkOf) };
  });
}

function jwkOf({ kid, publicKey }: SigningKey) {
  return { kty: 'OKP', crv: 'Ed25519', kid, x: Buffer.from(publicKey).toString('base64url'), use: 'sig', alg: 'EdDSA' };
}
