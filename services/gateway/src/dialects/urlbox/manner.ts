import { type Options, put, same } from '../option.ts';
import { flag, oneOf, scaled, textLike, words } from '../read.ts';

/** How a render is to be answered, and whether an older one will do. */
export interface Manner {
  response_type?: 'json' | 'binary';
  download?: string;
  force?: boolean;
  ttl?: number;
}

/** What renders take beside the wish. */
export const mannerOptions: Options = {
  response_type: same('response_type', oneOf(words('json', 'binary'))),
  download: same('download', textLike(/^[^/\\\p{Cc}\p{Cs}]{1,200}$/u, 'must be a file name of at most 200 characters')),
  force: same('force', flag),
  ttl: put([], scaled(0, 2_592_000, 1), (seconds, draft) => {
    draft.ttl = seconds;
    return Number.isInteger(seconds) ? undefined : 'must be a whole number';
  }),
};
