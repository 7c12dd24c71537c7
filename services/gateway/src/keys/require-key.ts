import { Failure } from '@shotwire/failures';
import type { FastifyInstance } from 'fastify';
import type { Keyring } from './create-keyring.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking. */
    account: string;
  }
}

const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** Asks every request in this scope for an API key, before its body is read. Failure `invalid_api_key`. */
export function requireKey(scope: FastifyInstance, keyring: Keyring): void {
  scope.decorateRequest('account', '');
  scope.addHook('onRequest', async (request) => {
    const key = bearer.exec(request.headers.authorization ?? '')?.[1];
    const account = key && (await keyring.accountOf(key));
    if (!account) throw new Failure('invalid_api_key');
    request.account = account;
  });
}
