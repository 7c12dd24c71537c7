import { idle, type Options, put, same } from '../option.ts';
import { flag, oneOf, scaled, text, textLike, words } from '../read.ts';

/** How a request wants to be answered, and who is to be told. */
export interface Manner {
  response_type?: 'by_format' | 'empty' | 'json';
  attachment_name?: string;
  async?: boolean;
  webhook_url?: string;
  webhook_errors?: boolean;
  external_identifier?: string;
  cache?: boolean;
  cache_ttl?: number;
}

/** What `/take` takes beside the wish. */
export const mannerOptions: Options = {
  response_type: same('response_type', oneOf(words('by_format', 'empty', 'json'))),
  attachment_name: same('attachment_name', textLike(/^[^/\\\p{Cc}\p{Cs}]{1,200}$/u, 'must be a file name of at most 200 characters')),
  async: same('async', flag),
  webhook_url: same('webhook_url', text),
  // Ours are always signed.
  webhook_sign: idle(flag),
  webhook_errors: same('webhook_errors', flag),
  external_identifier: same('external_identifier', textLike(/^[a-z0-9]{1,64}$/i, 'must be 1 to 64 letters and digits')),
  cache: same('cache', flag),
  cache_ttl: put([], scaled(14_400, 2_592_000, 1), (seconds, draft) => {
    draft.cache_ttl = seconds;
    return Number.isInteger(seconds) ? undefined : 'must be a whole number';
  }),
};
