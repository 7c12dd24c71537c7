import { component, instant, orNull, shape, text } from '../openapi/json-schema.ts';
import { operation } from '../openapi/operation.ts';
import { changedStateSchema } from './answer-schema.ts';
import { appChangeSchema, newAppSchema, rotationSchema, trialSchema } from './schema.ts';

const tag = 'apps' as const;
const params = shape({ id: { ...text, description: 'The id of an app.' } });

/** What becomes of an app, each with a summary. */
const states = {
  enable: 'Let an app be told again',
  pause: 'Let the deliveries of an app wait',
  disable: 'Let the deliveries of an app wait, as after a failure',
} as const;

function stateOperation(verb: keyof typeof states) {
  return operation({
    id: `${verb}App`,
    bodyless: true,
    tag,
    summary: states[verb],
    params,
    good: { 200: { says: 'The app, and how many deliveries that is about.', body: changedStateSchema } },
  });
}

/** What the routes of apps take, answer and say of themselves. */
export const operations = {
  create: operation({
    id: 'createApp',
    tag,
    summary: 'Register a destination',
    description: 'A `webhook` or a bucket (`s3`).',
    body: newAppSchema,
    good: {
      201: { says: 'The app, with its secret, shown this once.', body: 'NewApp', headers: { location: 'Where the app is.' } },
    },
  }),
  list: operation({
    id: 'listApps',
    tag,
    summary: 'List apps, oldest first',
    good: { 200: { says: 'All of the account; there are at most 100.', body: 'AppList' } },
  }),
  get: operation({ id: 'getApp', tag, summary: 'Get an app', params, good: { 200: { says: 'The app.', body: 'App' } } }),
  change: operation({
    id: 'changeApp',
    tag,
    summary: 'Change an app',
    description: 'What is not named stays; an object or a list inside is replaced as a whole. What is pending goes out by what holds then.',
    params,
    body: appChangeSchema,
    good: { 200: { says: 'The app as it is now.', body: 'App' } },
  }),
  delete: operation({
    id: 'deleteApp',
    tag,
    summary: 'Delete an app',
    description: 'Its deliveries that have not ended are cancelled.',
    params,
    good: { 204: { says: 'It is gone.' } },
  }),
  enable: stateOperation('enable'),
  pause: stateOperation('pause'),
  disable: stateOperation('disable'),
  rotate: operation({
    id: 'rotateAppSecret',
    tag,
    summary: 'Give an app a new secret',
    params,
    body: rotationSchema,
    bodyOptional: true,
    good: {
      200: {
        says: 'The new secret, shown this once.',
        body: shape({
          secret: component('Secret'),
          old_until: { ...orNull(instant), description: 'When the old one stops signing; null when it has.' },
        }),
      },
    },
  }),
  test: operation({
    id: 'testApp',
    tag,
    summary: 'Show the exact request that an event would make, and send it if asked to',
    params,
    body: trialSchema,
    bodyOptional: true,
    good: { 200: { says: 'The request, and how sending it went.', body: 'Trial' } },
  }),
};
