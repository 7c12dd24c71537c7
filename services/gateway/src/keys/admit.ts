import { Failure } from '@shotwire/failures';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestRate, Standing } from '../limits/create-request-rate.ts';
import { rateHeaders } from '../limits/rate-headers.ts';
import type { ApiKey, Scope } from './api-key.ts';
import type { Keyring } from './create-keyring.ts';
import { scopeRoutes } from './scopes-of-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is. */
    account: string;
    /** The key that was sent; none where a link stands for it. */
    key: ApiKey | undefined;
    /** Where its key stands in its window; none where requests are not limited. */
    standing: Standing | undefined;
  }
}

interface Door {
  /** A keyring, or what makes more of a request than the key that it shows. */
  keyring: { find: (sent: string, request: FastifyRequest) => ReturnType<Keyring['find']> };
  requestRate: Pick<RequestRate, 'take'>;
  /** Where in a request its key is. Dialects have places of their own. */
  sentKey?: (request: FastifyRequest) => string | undefined;
  /** Where in a body it is, in dialects that have it there. Only small bodies are read of those who have shown no key. */
  keyInBody?: (body: unknown) => string | undefined;
}

/** What is read of who has shown no key yet. */
const STRANGERS_BYTES = 64 * 1024;

const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i;

/** The key of `Authorization: Bearer KEY`. */
export function bearerKey({ headers }: FastifyRequest): string | undefined {
  return bearer.exec(headers.authorization ?? '')?.[1];
}

/**
 * Asks every request in this scope, before its body is read, for an API key that may do this, this often. To be called before the routes
 * are registered, since each has to say which scope it needs. Failure `invalid_api_key`, `rate_limited` or `forbidden`.
 */
export function admit(scope: FastifyInstance, door: Door): void {
  const { sentKey = bearerKey, keyInBody } = door;
  scopeRoutes(scope);
  scope.decorateRequest('account', '');
  scope.decorateRequest('key', undefined);
  scope.decorateRequest('standing', undefined);
  scope.addHook('onRequest', async (request, reply) => {
    const sent = sentKey(request);
    if (sent === undefined && keyInBody && hasSmallBody(request)) return;
    await letIn(request, reply, { ...door, sent });
  });
  if (!keyInBody) return;
  scope.addHook('preValidation', async (request, reply) => {
    if (!request.key) await letIn(request, reply, { ...door, sent: keyInBody(request.body) });
  });
}

async function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { keyring, requestRate, sent }: Pick<Door, 'keyring' | 'requestRate'> & { sent: string | undefined },
): Promise<void> {
  const key = sent && (await keyring.find(sent, request));
  if (!key) throw new Failure('invalid_api_key');
  request.account = key.accountId;
  request.key = key;
  const standing = await requestRate.take(key.id);
  request.standing = standing;
  if (standing) reply.headers(rateHeaders(standing));
  if (standing?.refused) throw new Failure('rate_limited', { retryAfterS: standing.resetS });
  requireScope(key, request.routeOptions.config.scope);
}

function hasSmallBody({ method, headers }: FastifyRequest): boolean {
  return method === 'POST' && Number(headers['content-length'] ?? Number.NaN) <= STRANGERS_BYTES;
}

function requireScope({ scopes }: ApiKey, needed: Scope = 'admin'): void {
  if (scopes.includes(needed) || scopes.includes('admin')) return;
  throw new Failure('forbidden', { says: `This API key may not do that: it needs the scope ${needed}.` });
}

/** The key that a request was admitted with. */
export function keyOf({ key }: FastifyRequest): ApiKey {
  if (!key) throw new Failure('internal', { cause: new Error('nobody asked this request for its key') });
  return key;
}
