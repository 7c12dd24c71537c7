import { component, instant, shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { objectAnswers } from '../screenshots/operations.ts';

const tag = 'links' as const;

/** `Link`: where a picture is that is made when it is first asked for. */
export const linkAnswerSchema = shape({ url: text, expires_at: instant });

/** What the routes of links take, answer and say of themselves. */
export const operations = {
  create: operation({
    id: 'createLink',
    tag,
    summary: 'Make a link to a picture that is taken when somebody opens it',
    description:
      'Options lie flat beside `url`, as for a screenshot; those that are secret, and those that say who is told, have no place in a link. ' +
      'What is taken is shown for `expires_in`, a day unless told otherwise, and taken anew when it is opened after that.',
    body: component('LinkRequest'),
    good: { 201: { says: 'The link: whoever holds it may open it.', body: 'Link' } },
    refuses: ['blocked_url', 'domain_not_allowed'],
  }),
  open: operation({
    id: 'openRenderLink',
    tag,
    summary: 'Open a link: the picture, taken now if it is not there',
    description:
      'The link stands for the key that it was made with, and ends with it. One that was opened a moment before shares its capture.',
    keyed: false,
    params: shape({ account: text, token: { ...text, description: 'As the link has it, with its extension.' } }),
    good: objectAnswers,
    refuses: [
      'link_refused',
      'timeout',
      'blocked_url',
      'connection_failed',
      'dns_failed',
      'domain_not_allowed',
      'quota_exceeded',
      'account_full',
      'queue_full',
      'no_image',
      'expired',
      'storage_failed',
      'validation_error',
    ],
  }),
};
