import type { FieldProblems } from '@shotwire/failures';
import { type Draft, type Parameters, translate } from '../option.ts';
import { type Manner, mannerOptions } from './manner.ts';
import { options } from './options.ts';

/** Where a render is asked for. */
export type Place = 'link' | 'call';

interface Render {
  /** A wish in the names of the native API, not judged yet. */
  wish: Draft;
  manner: Manner;
  /** What is wrong, by their names. */
  problems: FieldProblems;
}

const defaultTtlS = 2_592_000;

/** Their parameters as a wish of ours, with what theirs takes for granted. */
export function translateRender(parameters: Parameters, place: Place): Render {
  const { drafts, problems } = translate(parameters, options, mannerOptions);
  const [draft = {}, manner = {}] = drafts as [Draft, Manner];
  const { selector_missing: missing = 'page', pdf, ...said } = draft;
  const wish = {
    width: 1280,
    height: 1024,
    block_cookies: false,
    ...said,
    ...(said.selector !== undefined && { selector_missing: missing }),
    ...(said.format === 'pdf' && pdf !== undefined && { pdf }),
    ...caching(manner, place),
  };
  return { wish, manner, problems };
}

/** A link is rendered once and then shown, unless it forces a new one; a call renders, unless it names a ttl. */
function caching({ force = false, ttl }: Manner, place: Place): Draft {
  if (force) return {};
  if (place === 'link') return { cache_ttl: ttl ?? defaultTtlS, dedupe: true };
  return ttl === undefined ? {} : { cache_ttl: ttl };
}
