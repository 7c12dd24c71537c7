import type { DeskService, SigningKey } from '@shotwire/contract';
import type { RpcClient } from '@shotwire/rpc';
import type { FastifyInstance } from 'fastify';
import { callContext, goneSignal } from '../http/call-context.ts';
import { listOf, shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';

interface SigningKeyParts {
  desk: Pick<RpcClient<typeof DeskService>, 'listSigningKeys'>;
}

const schema = operation({
  id: 'listSigningKeys',
  tag: 'signing keys',
  summary: 'The public keys that webhooks are signed with',
  keyed: false,
  good: {
    200: {
      says: 'A JWK set (RFC 7517, RFC 8037).',
      body: shape({ keys: listOf(shape({ kty: text, crv: text, kid: text, x: text, use: text, alg: text })) }),
      headers: { 'cache-control': 'They may be kept for five minutes.' },
    },
  },
});

/** The public keys that webhooks are signed with, as RFC 7517 and RFC 8037 write them, for everybody. */
export function signingKeyRoutes(app: FastifyInstance, { desk }: SigningKeyParts): void {
  app.get('/.well-known/jwks.json', { schema }, async (request, reply) => {
    const { requestId, traceparent } = callContext(request);
    const { keys } = await desk.listSigningKeys({}, { context: { requestId, traceparent, signal: goneSignal(reply) } });
    reply.header('cache-control', 'public, max-age=300');
    return { keys: keys.map(jwkOf) };
  });
}

function jwkOf({ kid, publicKey }: SigningKey) {
  return { kty: 'OKP', crv: 'Ed25519', kid, x: Buffer.from(publicKey).toString('base64url'), use: 'sig', alg: 'EdDSA' };
}
