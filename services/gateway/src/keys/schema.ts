import { type FieldSchema, objectSchema } from '../schema/field-schema.ts';
import { scopes } from './api-key.ts';

const account: FieldSchema = {
  type: 'string',
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  'x-pattern-says': 'must be 1 to 63 lower-case letters, digits and hyphens',
  description:
    'The account, where it is not your own: only admin keys of the account "default" may name another. It is made if it is not there.',
};

/** The body that makes a key. */
export const newKeySchema = objectSchema(
  {
    name: {
      type: 'string',
      maxLength: 100,
      pattern: '^[^\\x00-\\x1f\\x7f]+$',
      'x-pattern-says': 'must be a text of 1 to 100 characters without control characters',
      description: 'What you know it by.',
    },
    scopes: {
      type: 'array',
      items: { type: 'string', enum: [...scopes] },
      maxItems: scopes.length,
      default: ['capture', 'read'],
      description: 'What it may do: capture, read, or admin, which is everything.',
    },
    domains: {
      type: 'array',
      items: { type: 'string', maxLength: 253 },
      maxItems: 100,
      default: [],
      description: 'It may capture pages of these domains and those below them only. Not for admin keys, which could make others.',
    },
    account,
  },
  ['name'],
);

/** The query of the list. */
export const keyListSchema = objectSchema({ account });

/** A body that keeps to its schema. */
export interface NewKey {
  name: string;
  scopes?: (typeof scopes)[number][];
  domains?: string[];
  account?: string;
}
