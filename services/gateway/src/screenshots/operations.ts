import { component, shape, text } from '../openapi/json-schema.ts';
import { type GoodAnswer, operation } from '../openapi/operation.ts';
import { longestWaitS } from './prefer-wait.ts';
import { listSchema } from './schema.ts';

const tag = 'screenshots' as const;

/** Names a screenshot in a path. */
const byId = shape({ id: { ...text, description: 'The id of a screenshot.' } });

const location = { location: 'Where the screenshot is.' };
const one: Record<number, GoodAnswer> = { 200: { says: 'The screenshot.', body: 'Screenshot' } };

const sameness = {
  'idempotency-key':
    'Another request with the same key and body within 24 hours is answered with the same screenshot. 1 to 255 characters.',
};
const waiting = {
  prefer: `\`wait=N\`: the answer comes when the screenshot has ended, after N seconds at most; N is up to ${longestWaitS}.`,
  accept:
    'With `Prefer: wait`: `image/*` or another type of results in place of JSON gives the bytes, or the error by which there are none.',
};
const applied = { 'preference-applied': 'The wait, where there was one to be honoured.' };
/** By which a result that is waited for is not there. */
const withoutResult = [
  'timeout',
  'dns_failed',
  'tls_failed',
  'connection_refused',
  'connection_failed',
  'too_many_redirects',
  'not_a_page',
  'page_overload',
  'robots_refused',
  'picture_too_large',
  'selector_not_found',
  'invalid_selector',
  'invalid_cookie',
  'wait_failed',
  'script_failed',
  'step_failed',
  'status_refused',
  'text_found',
  'text_missing',
  'selector_found',
  'console_error',
  'request_failed',
  'page_crashed',
  'browser_lost',
  'capture_lost',
  'storage_failed',
  'no_image',
  'expired',
] as const;
/** What keeps a key, or an account, from one more capture. */
const spent = ['domain_not_allowed', 'quota_exceeded', 'account_full', 'idempotency_conflict'] as const;

/** All that captures give. */
export const imageTypes = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/avif',
  'application/pdf',
  'text/html',
  'multipart/related',
  'text/markdown',
  'video/webm',
  'video/mp4',
];

/** What a route that gives stored bytes answers. */
export const objectAnswers: Record<number, GoodAnswer> = {
  200: {
    says: 'The bytes.',
    bytes: imageTypes,
    headers: { etag: 'Names the bytes: they never change.', 'cache-control': 'They are to be asked for again each time.' },
  },
  304: { says: 'They are those of If-None-Match.' },
};

/** What the routes of screenshots take, answer and say of themselves. */
export const operations = {
  create: operation({
    id: 'createScreenshot',
    tag,
    summary: 'Take a screenshot',
    description: 'Options lie flat beside `url`. Of `url`, `html` and `markdown` there is one.',
    headers: { ...sameness, ...waiting },
    body: component('ScreenshotRequest'),
    good: {
      200: {
        says: 'It has ended within the time of `Prefer`; the bytes where `Accept` would rather have them.',
        body: 'Screenshot',
        bytes: imageTypes,
        headers: { ...location, ...applied },
      },
      202: { says: 'It is committed, and will reach an end.', body: 'Screenshot', headers: { ...location, ...applied } },
    },
    refuses: ['blocked_url', 'video_unavailable', ...spent, ...withoutResult],
  }),
  explain: operation({
    id: 'explainScreenshot',
    tag,
    summary: 'Say what a screenshot would come to',
    description:
      'Nothing is kept and nothing is visited. Whether a name leads to an address that may be visited is seen when it is dialled.',
    body: component('ScreenshotRequest'),
    good: { 200: { says: 'What it would come to.', body: 'Explanation' } },
    refuses: ['blocked_url', 'domain_not_allowed', 'video_unavailable'],
  }),
  list: operation({
    id: 'listScreenshots',
    tag,
    summary: 'List screenshots, newest first',
    query: listSchema,
    good: { 200: { says: 'A page of them.', body: 'ScreenshotList' } },
  }),
  get: operation({ id: 'getScreenshot', tag, summary: 'Get a screenshot', params: byId, good: one }),
  cancel: operation({
    id: 'cancelScreenshot',
    bodyless: true,
    tag,
    summary: 'Take a screenshot back before it ends',
    params: byId,
    good: one,
    refuses: ['already_ended'],
  }),
  retry: operation({
    id: 'retryScreenshot',
    bodyless: true,
    tag,
    summary: 'Take a screenshot again',
    description: 'Of one that failed or was cancelled. It is a new one with the same options: a screenshot ends once.',
    headers: sameness,
    params: byId,
    good: { 202: { says: 'The new screenshot.', body: 'Screenshot', headers: location } },
    refuses: ['not_ended', 'already_ended', 'wish_gone', 'queue_full', 'validation_error', ...spent],
  }),
  delete: operation({
    id: 'deleteScreenshot',
    tag,
    summary: 'Delete a screenshot and all that is stored of it',
    params: byId,
    good: { 204: { says: 'It is gone.' } },
  }),
  image: operation({
    id: 'getImage',
    tag,
    summary: 'Get the image',
    params: byId,
    good: objectAnswers,
    refuses: ['not_ready', 'no_image', 'expired', 'storage_failed'],
  }),
  artefact: operation({
    id: 'getArtefact',
    tag,
    summary: 'Get a further result',
    params: shape({ ...byId.properties, name: { ...text, description: 'Its name among them, such as pdf, html or slice-2.' } }),
    good: objectAnswers,
    refuses: ['not_ready', 'no_image', 'expired', 'storage_failed'],
  }),
  report: operation({
    id: 'getReport',
    tag,
    summary: 'Get the report on a capture',
    description: 'Also of a screenshot that failed. docs/report.md says what is in it.',
    params: byId,
    good: { ...objectAnswers, 200: { says: 'The report.', body: { type: 'object' } } },
    refuses: ['not_ready', 'expired', 'storage_failed'],
  }),
};
