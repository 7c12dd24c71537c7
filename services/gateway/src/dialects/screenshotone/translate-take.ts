import type { FieldProblems } from '@shotwire/failures';
import { type Draft, type Parameters, translate } from '../option.ts';
import { type Manner, mannerOptions } from './manner.ts';
import { options } from './options.ts';

interface Take {
  /** A wish in the names of the native API, not judged yet. */
  wish: Draft;
  manner: Manner;
  /** What is wrong, by their names. */
  problems: FieldProblems;
}

/** What it counts as when nothing is said. */
const viewport = { width: 1280, height: 1024 };
const defaultTimeoutS = 60;
/** Theirs waits up to ten minutes for what is asynchronous; two are our most. */
const asyncTimeoutS = 120;
const defaultTtlS = 14_400;
/** Whatever is no yes; redirects are followed. */
const hostErrors = ['300-599'];

/** Their parameters as a wish of ours. */
export function translateTake(parameters: Parameters): Take {
  const { drafts, problems } = translate(parameters, options, mannerOptions);
  const [wish = {}, manner = {}] = drafts as [Draft, Manner];
  return { wish: finished(wish, manner), manner, problems: { ...together(manner), ...problems } };
}

/** What of them does not go together. */
function together({ cache, cache_ttl: ttl, webhook_url: webhookUrl, response_type: type }: Manner): FieldProblems {
  return {
    ...(ttl !== undefined && !cache && { cache_ttl: ['needs cache=true'] }),
    ...(webhookUrl !== undefined && type === 'empty' && { webhook_url: ['needs a response_type of json or by_format'] }),
  };
}

/** A wish with what theirs takes for granted. */
function finished(wish: Draft, manner: Manner): Draft {
  const { selector_missing: missing = 'page', pdf, fail_on_status: refused = hostErrors, ...said } = wish;
  // A device has a viewport of its own.
  const place = said.device === undefined ? viewport : {};
  return {
    ...place,
    format: 'jpeg',
    timeout: manner.async ? asyncTimeoutS : defaultTimeoutS,
    block_cookies: false,
    ...said,
    ...(said.selector !== undefined && { selector_missing: missing }),
    ...(said.format === 'pdf' && pdf !== undefined && { pdf }),
    ...(said.clip !== undefined && { clip: { x: 0, y: 0, ...said.clip } }),
    // What came with the wish has no host.
    ...(said.url !== undefined && { fail_on_status: refused }),
    ...announcement(manner),
    ...caching(manner),
  };
}

function announcement({ webhook_url: webhookUrl, webhook_errors: errors, external_identifier: identifier }: Manner): Draft {
  return {
    ...(identifier !== undefined && { external_id: identifier }),
    ...(webhookUrl !== undefined && {
      webhook_url: webhookUrl,
      webhook_events: ['screenshot.completed', ...(errors ? ['screenshot.failed'] : [])],
      ...(identifier !== undefined && { webhook_headers: { 'X-ScreenshotOne-External-Identifier': identifier } }),
    }),
  };
}

/** Theirs skips the cache where there is nothing to be shown from it. */
function caching({ cache, cache_ttl: ttl = defaultTtlS, async, response_type: type }: Manner): Draft {
  return cache && !async && type !== 'empty' ? { cache_ttl: ttl } : {};
}
