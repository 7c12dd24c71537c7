import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type App, AppSchema, AppState, instantFromMs, instantToTimestamp, Profile } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';

const id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const madeAt = instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:30:00Z')));

/** A webhook app as the notifier tells of it. */
const stored = (values: MessageInitShape<typeof AppSchema> = {}): App =>
  create(AppSchema, {
    id,
    description: 'Orders',
    state: AppState.ENABLED,
    createdAt: madeAt,
    updatedAt: madeAt,
    kind: {
      case: 'webhook',
      value: {
        url: 'https://example.com/hook',
        profile: Profile.STANDARD,
        dialect: 1,
        headers: { 'x-key': '•••' },
        timeout: 30,
        maxInFlight: 8,
      },
    },
    ...values,
  });

/** The same as the API shows it. */
const shown = {
  id,
  description: 'Orders',
  state: 'enabled',
  disabled_reason: null,
  failing_since: null,
  created_at: '2026-03-09T10:30:00.000000Z',
  updated_at: '2026-03-09T10:30:00.000000Z',
  webhook: {
    url: 'https://example.com/hook',
    profile: 'standard',
    dialect: 'done',
    events: [],
    headers: { 'x-key': '•••' },
    schedule: [],
    timeout: 30,
    max_in_flight: 8,
    rate_limit: 0,
  },
};

const secret = { text: 's3cret', standard: 'whsec_czNjcmV0' };

test('an app is registered as it was written, and its secret is shown: 201', async () => {
  const asked: unknown[] = [];
  await using gateway = await openGateway({
    desk: {
      async createApp({ app, secret: given }, { account }) {
        asked.push([app?.description, app?.kind, given, account]);
        return { app: stored(), secret };
      },
    },
  });
  const webhook = {
    url: 'https://example.com/hook',
    profile: 'center',
    events: ['screenshot.failed'],
    headers: { 'x-key': '1' },
    timeout: 5,
  };
  const body = { description: 'Orders', webhook, secret: 'sixteen characters' };
  const { status, headers, json } = await gateway.ask('POST', '/api/v1/apps', { body });
  assert.equal(status, 201);
  assert.equal(headers.location, `https://shots.example/base/api/v1/apps/${id}`);
  assert.equal(headers['cache-control'], 'no-store');
  assert.deepEqual(json, { ...shown, secret });
  const [[description, kind, given, account]] = asked as [[string, App['kind'], string, string]];
  assert.deepEqual([description, given, account], ['Orders', 'sixteen characters', 'one']);
  assert.equal(kind.case, 'webhook');
  assert.deepEqual(
    { ...(kind.value as object), $typeName: undefined },
    {
      $typeName: undefined,
      url: webhook.url,
      profile: Profile.CENTER,
      dialect: 0,
      events: webhook.events,
      headers: webhook.headers,
      schedule: [],
      timeout: 5,
      maxInFlight: 0,
      rateLimit: 0,
    },
  );
});

test('a bucket has no secret to show, and does not show the one it was given', async () => {
  const bucket = {
    endpoint: 'https://store.example',
    bucket: 'shots',
    region: 'us-east-1',
    accessKey: 'AKIA',
    secretKey: 'leaked',
    pathTemplate: '{id}',
  };
  await using gateway = await openGateway({
    desk: { createApp: async () => ({ app: stored({ kind: { case: 's3', value: { ...bucket, secretKey: '' } } }) }) },
  });
  const s3 = { endpoint: 'https://store.example', bucket: 'shots', access_key: 'AKIA', secret_key: 'hunter2' };
  const { status, json } = await gateway.ask('POST', '/api/v1/apps', { body: { s3 } });
  assert.equal(status, 201);
  assert.equal(json.secret, null);
  assert.deepEqual(json.s3, {
    endpoint: s3.endpoint,
    bucket: 'shots',
    region: 'us-east-1',
    access_key: 'AKIA',
    path_template: '{id}',
    acl: '',
  });
});

test('apps are listed and shown without their secrets: 200', async () => {
  await using gateway = await openGateway({
    desk: { listApps: async () => ({ apps: [stored()] }), getApp: async ({ id: asked }) => ({ app: stored({ id: asked }) }) },
  });
  assert.deepEqual(await gateway.ask('GET', '/api/v1/apps').then(({ status, json }) => [status, json]), [200, { data: [shown] }]);
  assert.deepEqual(await gateway.ask('GET', `/api/v1/apps/${id}`).then(({ status, json }) => [status, json]), [200, shown]);
});

test('a change names what it changes, and nothing else: 200', async () => {
  const asked: [App | undefined, string[] | undefined][] = [];
  await using gateway = await openGateway({
    desk: {
      async updateApp({ app, mask }) {
        asked.push([app, mask?.paths]);
        return { app: stored() };
      },
    },
  });
  const body = { description: '', webhook: { events: [], rate_limit: 0 } };
  const { status, json } = await gateway.ask('PATCH', `/api/v1/apps/${id}`, { body });
  assert.deepEqual([status, json], [200, shown]);
  assert.deepEqual(asked[0]?.[1], ['description', 'webhook.events', 'webhook.rate_limit']);
  assert.equal(asked[0]?.[0]?.id, id);
});

for (const [verb, state] of Object.entries({ enable: AppState.ENABLED, pause: AppState.PAUSED, disable: AppState.DISABLED })) {
  test(`${verb} tells how many deliveries that is about: 200`, async () => {
    const asked: AppState[] = [];
    await using gateway = await openGateway({
      desk: {
        async setAppState(request) {
          asked.push(request.state);
          return { app: stored({ state }), deliveries: 3 };
        },
      },
    });
    const { status, json } = await gateway.ask('POST', `/api/v1/apps/${id}/${verb}`);
    assert.equal(status, 200);
    assert.equal(json.deliveries, 3);
    assert.equal(json.state, { enable: 'enabled', pause: 'paused', disable: 'disabled' }[verb]);
    assert.deepEqual(asked, [state]);
  });
}

test('a deleted app is gone: 204', async () => {
  await using gateway = await openGateway({ desk: { deleteApp: async () => ({ cancelled: 2 }) } });
  const { status, bytes } = await gateway.ask('DELETE', `/api/v1/apps/${id}`);
  assert.deepEqual([status, bytes.length], [204, 0]);
});

test('a secret is replaced, with and without a body: 200', async () => {
  const asked: [secret: string, overlap: bigint | undefined][] = [];
  await using gateway = await openGateway({
    desk: {
      async rotateAppSecret({ secret: given, overlap }) {
        asked.push([given, overlap?.seconds]);
        return { secret, ...(overlap?.seconds !== 0n && { oldUntil: madeAt }) };
      },
    },
  });
  const url = `/api/v1/apps/${id}/rotate-secret`;
  const { status, headers, json } = await gateway.ask('POST', url);
  assert.deepEqual([status, json], [200, { secret, old_until: '2026-03-09T10:30:00.000000Z' }]);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal((await gateway.ask('POST', url, { body: { secret: 'sixteen characters', overlap: 0 } })).json.old_until, null);
  assert.deepEqual(asked, [
    ['', undefined],
    ['sixteen characters', 0n],
  ]);
});

test('a trial shows the request, and how sending it went: 200', async () => {
  await using gateway = await openGateway({
    desk: {
      testApp: async ({ send }) => ({
        method: 'POST',
        url: 'https://example.com/hook',
        headers: { 'webhook-id': 'msg_1' },
        body: Buffer.from('{}'),
        signatureInput: Buffer.from('msg_1.1.{}'),
        ...(send && {
          attempt: {
            number: 1,
            outcome: 'failed',
            startedAt: madeAt,
            finishedAt: madeAt,
            status: 500,
            error: 'status',
            durationMs: 12,
            response: Buffer.from('no'),
            target: 'https://example.com/hook',
          },
        }),
      }),
    },
  });
  const url = `/api/v1/apps/${id}/test`;
  const request = {
    method: 'POST',
    url: 'https://example.com/hook',
    headers: { 'webhook-id': 'msg_1' },
    body: '{}',
    signature_input: 'msg_1.1.{}',
    refusal: null,
  };
  assert.deepEqual((await gateway.ask('POST', url)).json, { ...request, attempt: null });
  const { status, json } = await gateway.ask('POST', url, { body: { send: true } });
  assert.equal(status, 200);
  const moment = '2026-03-09T10:30:00.000000Z';
  assert.deepEqual(json, {
    ...request,
    attempt: {
      number: 1,
      outcome: 'failed',
      started_at: moment,
      finished_at: moment,
      status: 500,
      error: 'status',
      duration_ms: 12,
      response: 'no',
      target: 'https://example.com/hook',
    },
  });
});

const refusals: Record<string, [method: 'POST' | 'PATCH', path: string, body: unknown, details: Record<string, string[]>]> = {
  'two kinds at once': [
    'POST',
    '',
    { webhook: { url: 'https://a.example' }, s3: { endpoint: 'https://a.example', bucket: 'abc', access_key: 'a', secret_key: 'b' } },
    { s3: ['must not be there beside webhook'] },
  ],
  'an unknown field': ['POST', '', { url: 'https://a.example' }, { url: ['is unknown; known are description, webhook, s3, secret'] }],
  'a webhook without a url': ['POST', '', { webhook: {} }, { 'webhook.url': ['is required'] }],
  'a profile that there is none of': [
    'POST',
    '',
    { webhook: { url: 'https://a.example', profile: 'x' } },
    { 'webhook.profile': ['must be one of run, center, standard'] },
  ],
  'a text that nobody can keep': [
    'POST',
    '',
    '{"webhook":{"url":"https://a.example","headers":{"x":"\\ud800"}}}',
    { 'webhook.headers.x': ['must be text without half characters (lone surrogates) and without U+0000'] },
  ],
  'a change of the secret': [
    'PATCH',
    `/${id}`,
    { secret: 'sixteen characters' },
    { secret: ['is unknown; known are description, webhook, s3'] },
  ],
  'an overlap of a year': [
    'POST',
    `/${id}/rotate-secret`,
    { overlap: 31_536_000 },
    { overlap: ['must be a whole number from 0 to 604800'] },
  ],
  'a trial of a number': ['POST', `/${id}/test`, { event: 1 }, { event: ['must be a text of at most 64 characters'] }],
};

for (const [name, [method, path, body, details]] of Object.entries(refusals)) {
  test(`${name} is refused, and the notifier is not asked: 422`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask(method, `/api/v1/apps${path}`, { body });
    assert.deepEqual([status, json.error.details], [422, details]);
  });
}

test('what the notifier has against it is said in the words of the API: 422', async () => {
  const refuse = (fields: Record<string, string[]>) => async () => {
    throw new Failure('validation_error', { fields });
  };
  await using gateway = await openGateway({
    desk: {
      createApp: refuse({ 'webhook.url': ['must be https'] }),
      updateApp: refuse({ mask: ['must name a field'] }),
      testApp: refuse({ event_type: ['must be one of'] }),
    },
  });
  const ask = async (method: 'POST' | 'PATCH', path: string, body: unknown) =>
    (await gateway.ask(method, `/api/v1/apps${path}`, { body })).json.error.details;
  assert.deepEqual(await ask('POST', '', { webhook: { url: 'http://a.example' } }), { 'webhook.url': ['must be https'] });
  assert.deepEqual(await ask('PATCH', `/${id}`, {}), { body: ['must name a field'] });
  assert.deepEqual(await ask('POST', `/${id}/test`, { event: 'x' }), { event: ['must be one of'] });
});

const calls: [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown][] = [
  ['POST', '', { webhook: { url: 'https://a.example' } }],
  ['GET', ''],
  ['GET', `/${id}`],
  ['PATCH', `/${id}`, { description: 'x' }],
  ['DELETE', `/${id}`],
  ['POST', `/${id}/enable`],
  ['POST', `/${id}/pause`],
  ['POST', `/${id}/disable`],
  ['POST', `/${id}/rotate-secret`],
  ['POST', `/${id}/test`],
];

for (const [method, path, body] of calls) {
  test(`${method} /apps${path.replace(id, '{id}')}: 401 without a key, 404 for what is not the account's, 503 without a notifier`, async () => {
    const missing = Object.fromEntries(
      ['createApp', 'listApps', 'getApp', 'updateApp', 'deleteApp', 'setAppState', 'rotateAppSecret', 'testApp'].map((name) => [
        name,
        async () => {
          throw new Failure('not_found');
        },
      ]),
    );
    await using gateway = await openGateway({ desk: missing });
    const url = `/api/v1/apps${path}`;
    const asked = body === undefined ? {} : { body };
    assert.equal((await gateway.ask(method, url, { ...asked, key: undefined })).status, 401);
    assert.equal((await gateway.ask(method, url, asked)).status, 404);
    await gateway.notifierServer[Symbol.asyncDispose]();
    const { status, json, headers } = await gateway.ask(method, url, asked);
    assert.deepEqual([status, json.error.code], [503, 'UNAVAILABLE']);
    assert.ok(headers['retry-after']);
  });
}
