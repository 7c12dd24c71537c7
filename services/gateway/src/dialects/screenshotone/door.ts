import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limitLargeBodies } from '../../http/limit-large-bodies.ts';
import { admit, bearerKey } from '../../keys/admit.ts';
import type { ApiKey } from '../../keys/api-key.ts';
import type { Keyring } from '../../keys/create-keyring.ts';
import { failureOf, sendProblem } from '../../problem.ts';
import { isSigned, keyId, rawQuery } from '../is-signed.ts';
import { Refusal, refusalOf } from './refusal.ts';

type DoorParts = Pick<Parameters<typeof admit>[1], 'requestRate'> &
  Parameters<typeof isSigned>[0] & { keyring: Pick<Keyring, 'find' | 'findById'> };

/** What stands for the asker, and is no option. */
export const asker = ['access_key', 'signature'];

/**
 * Lets in who has a key where theirs is: `access_key` in the query or the body, or X-Access-Key, or ours. The access key is an API key,
 * or the id of one, with which a link must be signed. Every no in this scope has their shape.
 */
export function openDoor(scope: FastifyInstance, parts: DoorParts): void {
  scope.setErrorHandler((error, _, reply) => sendProblem(reply, failureOf(error), refusalOf));
  const find = (sent: string, request: FastifyRequest) => findAsker(sent, request, parts);
  admit(scope, { ...parts, keyring: { find }, sentKey, keyInBody });
  limitLargeBodies(scope);
}

/** Whose request it is. What is signed is checked whatever the key: a link that was changed is none of its owner's. */
async function findAsker(sent: string, request: FastifyRequest, { keyring, desk }: DoorParts): Promise<ApiKey | undefined> {
  const byKey = await keyring.find(sent);
  const key = byKey ?? (keyId.test(sent) ? await keyring.findById(sent) : undefined);
  const isSent = (request.query as { signature?: unknown }).signature !== undefined;
  if (!key || (byKey && !isSent)) return key;
  if (!isSent) throw new Refusal('link_refused', 'signature_is_required', 'With the id of a key as access_key a GET must be signed.');
  // The last one, as the SDKs have it: what follows would not be signed.
  const [, text = '', signature = ''] = /^(.*)&signature=([^&]*)$/s.exec(rawQuery(request)) ?? [];
  if (request.method !== 'POST' && (await isSigned({ desk }, request, { key, text, signature }))) return key;
  throw new Refusal(
    'link_refused',
    'signature_is_not_valid',
    'The signature is not that of this GET by the signing secret of the account.',
  );
}

function sentKey(request: FastifyRequest): string | undefined {
  const { access_key: inQuery } = request.query as { access_key?: unknown };
  const found = inQuery ?? request.headers['x-access-key'] ?? bearerKey(request);
  if (found === undefined && request.method !== 'POST') throw noKey();
  return found === undefined ? undefined : plain(found);
}

function keyInBody(body: unknown): string | undefined {
  const key = typeof body === 'object' && body !== null && 'access_key' in body ? body.access_key : undefined;
  if (key === undefined) throw noKey();
  return plain(key);
}

/** Empty for what is no key. */
function plain(sent: unknown): string {
  return typeof sent === 'string' && /^[\x21-\x7e]{1,512}$/.test(sent) ? sent : '';
}

function noKey(): Refusal {
  return new Refusal(
    'invalid_api_key',
    'access_key_required',
    'The access_key is required: an API key, or the id of one in a signed link.',
  );
}
