import { component, instant, listOf, orNull, shape, text, uuid, whole } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { usageSchema } from './days-asked.ts';

const tag = 'account' as const;
const day = { type: 'string', format: 'date' };
const counted = { completed: whole, cached: whole, failed: whole, cancelled: whole, bytes: whole };

/** `Account`: who is asking, and what is left. */
export const accountSchema = shape({
  id: text,
  key: shape({ id: uuid, name: text, scopes: listOf(text), domains: listOf(text) }),
  limits: shape({
    requests_per_minute: orNull(shape({ limit: whole, remaining: whole, resets_in: whole })),
    captures_per_month: orNull(shape({ limit: whole, used: whole, remaining: whole, resets_at: instant })),
  }),
});

/** `Usage`: what was used, by day. */
export const usageAnswerSchema = shape({
  from: day,
  to: day,
  total: shape(counted),
  days: listOf(shape({ day, ...counted })),
  now: shape({ open: whole, in_flight: whole, stored_bytes: whole }),
});

/** What the routes of the account take, answer and say of themselves. */
export const operations = {
  account: operation({
    id: 'getAccount',
    tag,
    summary: 'Who is asking, and what is left',
    good: { 200: { says: 'The account, the key that was sent, and its limits; null where there is none.', body: component('Account') } },
  }),
  signingSecret: operation({
    id: 'getSigningSecret',
    tag,
    summary: 'The secret that signs webhooks which have none of their own',
    good: { 200: { says: 'It, in the form that libraries of Standard Webhooks take.', body: shape({ webhook_secret: text }) } },
  }),
  usage: operation({
    id: 'getUsage',
    tag,
    summary: 'What was used, by day',
    query: usageSchema,
    good: { 200: { says: 'Each day that was asked for, all of them together, and what there is now.', body: 'Usage' } },
  }),
};
