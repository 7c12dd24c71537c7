import { instant, listOf, oneOf, orNull, shape, text, uuid } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { scopes } from './api-key.ts';
import { keyListSchema, newKeySchema } from './schema.ts';

const tag = 'keys' as const;

const shown = {
  account: text,
  name: text,
  prefix: { ...text, description: 'What it begins with.' },
  scopes: listOf(oneOf(scopes)),
  domains: listOf(text),
  created_at: instant,
  last_used_at: orNull(instant),
};

/** `ApiKey`: a key as lists show it. */
export const apiKeySchema = shape({ id: uuid, ...shown });

/** `NewApiKey`: a key when it was just made. */
export const newApiKeySchema = shape({ id: uuid, key: { ...text, description: 'The key itself, shown this once.' }, ...shown });

/** What the routes of keys take, answer and say of themselves. */
export const operations = {
  create: operation({
    id: 'createKey',
    tag,
    summary: 'Make an API key',
    body: newKeySchema,
    good: { 201: { says: 'The key, shown this once.', body: 'NewApiKey' } },
    refuses: ['account_full'],
  }),
  list: operation({
    id: 'listKeys',
    tag,
    summary: 'List the API keys of an account',
    query: keyListSchema,
    good: { 200: { says: 'All of them.', body: 'ApiKeyList' } },
  }),
  revoke: operation({
    id: 'revokeKey',
    tag,
    summary: 'Revoke an API key',
    params: shape({ id: { ...text, description: 'The id of a key.' } }),
    good: { 204: { says: 'It is of no use any more, within five seconds everywhere.' } },
  }),
};
