import { shape, text } from '../openapi/json-schema.ts';
import { type GoodAnswer, operation } from '../openapi/operation.ts';
import { streamSchema } from './schema.ts';

const tag = 'events' as const;
const stream: GoodAnswer = { says: 'Server-sent events.', bytes: ['text/event-stream'] };
const after = 'The id of the last event that was heard: the stream goes on after it.';

/** What the routes of events take, answer and say of themselves. */
export const operations = {
  listen: operation({
    id: 'listenToEvents',
    tag,
    summary: 'Listen to the events of the account',
    description:
      'A stream without an end. `event` is the type, `data` what webhooks have under `data`, `id` the place of the event in the stream. docs/events.md says more.',
    headers: { 'last-event-id': after },
    query: streamSchema,
    good: { 200: stream },
    refuses: ['account_full'],
  }),
  listenToOne: operation({
    id: 'listenToScreenshot',
    tag,
    summary: 'Listen until a screenshot ends',
    description: 'How far it is now, whenever that changes, and how it ended; then the stream ends.',
    headers: { 'last-event-id': 'Sent by who has heard the end already.' },
    params: shape({ id: { ...text, description: 'The id of a screenshot.' } }),
    good: { 200: stream, 204: { says: 'It has ended, and the end was heard: there is no reason to come back.' } },
    refuses: ['account_full'],
  }),
};
