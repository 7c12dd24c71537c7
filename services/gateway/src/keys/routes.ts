import { Failure } from '@shotwire/failures';
import type { Postgres } from '@shotwire/postgres';
import type { RandomBytes } from '@shotwire/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { insertKey, mostKeys } from '../sql/insert-key.ts';
import type { KeyRow } from '../sql/key-row.ts';
import { listKeys } from '../sql/list-keys.ts';
import { revokeKey } from '../sql/revoke-key.ts';
import type { Keyring } from './create-keyring.ts';
import { judgeNewKey } from './judge-new-key.ts';
import { operations } from './operations.ts';
import type { NewKey } from './schema.ts';
import { storedKey } from './stored-key.ts';

interface KeyParts {
  postgres: Pick<Postgres, 'transaction'>;
  keyring: Pick<Keyring, 'forget'>;
  newId: () => string;
  randomBytes: RandomBytes;
}

/** Whose admin keys make tenants: by making keys for them. */
const operator = 'default';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The API keys of the account that asks. */
export function keyRoutes(app: FastifyInstance, { postgres, keyring, newId, randomBytes }: KeyParts): void {
  app.post<{ Body: NewKey }>('/keys', { schema: operations.create }, async (request, reply) => {
    const accountId = accountFor(request, request.body.account);
    const wanted = judgeNewKey(request.body);
    const key = `sk_${Buffer.from(randomBytes(32)).toString('base64url')}`;
    const row = { id: newId(), accountId, ...wanted, ...storedKey(key) };
    const inserted = await postgres.transaction((trx) => insertKey(trx, row));
    if (!inserted) throw new Failure('account_full', { says: `An account may have ${mostKeys} API keys.` });
    const { id, ...others } = shownKey(inserted);
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ id, key, ...others });
  });

  app.get<{ Querystring: { account?: string } }>('/keys', { schema: operations.list }, async (request) => {
    const accountId = accountFor(request, request.query.account);
    return { data: (await postgres.transaction((trx) => listKeys(trx, accountId))).map(shownKey) };
  });

  app.delete<{ Params: { id: string } }>('/keys/:id', { schema: operations.revoke }, async (request, reply) => {
    const id = request.params.id.toLowerCase();
    if (!uuid.test(id)) throw new Failure('not_found');
    const accountId = request.account === operator ? null : request.account;
    const revoked = await postgres.transaction((trx) => revokeKey(trx, { id, accountId }));
    if (revoked === undefined) throw new Failure('not_found');
    if (!revoked) throw new Failure('forbidden', { says: 'This is the key of SHOTWIRE_API_KEY: another one in that setting ends it.' });
    keyring.forget(id);
    return reply.code(204).send();
  });
}

function accountFor({ account }: FastifyRequest, named = account): string {
  if (named !== account && account !== operator)
    throw new Failure('forbidden', { says: 'Only admin keys of the account "default" may name another account.' });
  return named;
}

function shownKey({ id, accountId, name, prefix, scopes, domains, createdAt, lastUsedAt }: KeyRow) {
  return { id, account: accountId, name, prefix, scopes, domains, created_at: createdAt, last_used_at: lastUsedAt };
}
