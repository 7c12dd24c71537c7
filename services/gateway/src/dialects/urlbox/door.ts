import { Failure } from '@shotwire/failures';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limitLargeBodies } from '../../http/limit-large-bodies.ts';
import { admit } from '../../keys/admit.ts';
import type { ApiKey } from '../../keys/api-key.ts';
import type { Keyring } from '../../keys/create-keyring.ts';
import { isSigned, keyId, rawQuery } from '../is-signed.ts';

type DoorParts = Pick<Parameters<typeof admit>[1], 'requestRate'> &
  Parameters<typeof isSigned>[0] & { keyring: Pick<Keyring, 'find' | 'findById'> };

/** Lets in who has an API key: their secret is the bearer. */
export function openDoor(scope: FastifyInstance, parts: DoorParts): void {
  admit(scope, parts);
  limitLargeBodies(scope);
}

/** Lets in who holds a link: the id of a key, and a token made of the query with the signing secret of its account. */
export function openLinkDoor(scope: FastifyInstance, parts: DoorParts): void {
  const find = (sent: string, request: FastifyRequest) => findSigner(sent, request, parts);
  const sentKey = ({ params }: FastifyRequest) => (params as { key: string }).key;
  admit(scope, { ...parts, keyring: { find }, sentKey });
}

async function findSigner(sent: string, request: FastifyRequest, { keyring, desk }: DoorParts): Promise<ApiKey | undefined> {
  const key = keyId.test(sent) ? await keyring.findById(sent) : undefined;
  if (!key)
    throw new Failure('link_refused', {
      says: 'A render link begins with the id of an API key, which is no secret: not with the key itself.',
    });
  const { token = '' } = request.params as { token?: string };
  if (await isSigned({ desk }, request, { key, text: rawQuery(request), signature: token })) return key;
  const says = token === '' ? 'A render link must be signed.' : 'The token is not that of this query by the signing secret of the account.';
  throw new Failure('link_refused', { says });
}
