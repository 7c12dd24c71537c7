import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type DeliverySchema, DeliveryState, instantFromMs, instantToTimestamp, ListDeliveriesRequestSchema } from '@shotwire/contract';
import { Failure, type FailureKind } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';

const at = (text: string) => instantToTimestamp(instantFromMs(Date.parse(text)));
const appId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const subjectId = '550e8400-e29b-41d4-a716-446655440000';

const stored: MessageInitShape<typeof DeliverySchema> = {
  id: 'msg_1',
  subjectId,
  state: DeliveryState.FAILED,
  attempts: 4,
  lastStatus: 500,
  lastError: 'status',
  appId,
  eventId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  eventType: 'screenshot.completed',
  target: 'https://example.com/hook',
  createdAt: at('2026-03-09T10:30:00Z'),
  endedAt: at('2026-03-09T10:31:00Z'),
  sequence: 7n,
};

const shown = {
  id: 'msg_1',
  app_id: appId,
  event: 'screenshot.completed',
  state: 'failed',
  attempts: 4,
  next_attempt_at: null,
  last_status: 500,
  last_error: 'status',
  event_id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  subject_id: subjectId,
  target: 'https://example.com/hook',
  sequence: 7,
  created_at: '2026-03-09T10:30:00.000000Z',
  ended_at: '2026-03-09T10:31:00.000000Z',
};

test('deliveries are listed by everything they can be chosen by, and the cursor leads on: 200', async () => {
  const asked: object[] = [];
  await using gateway = await openGateway({
    desk: {
      async listDeliveries(request) {
        asked.push(request);
        return { deliveries: [stored], next: asked.length === 1 ? 7n : 0n };
      },
    },
  });
  const first = await gateway.ask('GET', '/api/v1/deliveries');
  assert.equal(first.status, 200);
  assert.deepEqual(first.json.data, [shown]);
  const query = new URLSearchParams({
    limit: '5',
    state: 'failed',
    app_id: appId,
    event: 'screenshot.completed',
    subject_id: subjectId,
    created_from: '2026-03-09T10:30:00.123456Z',
    created_before: '2026-03-09T12:30:00+02:00',
    cursor: first.json.next_cursor,
  });
  const { status, json } = await gateway.ask('GET', `/api/v1/deliveries?${query}`);
  assert.deepEqual([status, json], [200, { data: [shown], next_cursor: null }]);
  const seconds = BigInt(Date.parse('2026-03-09T10:30:00Z') / 1000);
  assert.deepEqual(asked, [
    create(ListDeliveriesRequestSchema, { limit: 20 }),
    create(ListDeliveriesRequestSchema, {
      limit: 5,
      state: DeliveryState.FAILED,
      appId,
      eventType: 'screenshot.completed',
      subjectIds: [subjectId],
      since: { seconds, nanos: 123_456_000 },
      until: { seconds, nanos: 0 },
      before: 7n,
    }),
  ]);
});

test('a delivery is shown with its body and its attempts: 200', async () => {
  await using gateway = await openGateway({
    desk: {
      getDelivery: async () => ({
        delivery: stored,
        body: Buffer.from('{"event":"x"}'),
        attempts: [
          {
            number: 1,
            outcome: 'failed',
            startedAt: at('2026-03-09T10:30:00Z'),
            finishedAt: at('2026-03-09T10:30:01Z'),
            status: 500,
            error: 'status',
            durationMs: 900,
            response: Buffer.from([0x6e, 0x6f, 0xff]),
            target: 'https://example.com/hook',
          },
          { number: 2, outcome: 'started', startedAt: at('2026-03-09T10:30:30Z'), target: 'https://example.com/hook' },
        ],
      }),
    },
  });
  const { status, json } = await gateway.ask('GET', '/api/v1/deliveries/msg_1');
  assert.equal(status, 200);
  assert.deepEqual(json, {
    ...shown,
    body: '{"event":"x"}',
    attempt_log: [
      {
        number: 1,
        outcome: 'failed',
        started_at: '2026-03-09T10:30:00.000000Z',
        finished_at: '2026-03-09T10:30:01.000000Z',
        status: 500,
        error: 'status',
        duration_ms: 900,
        response: 'no\ufffd',
        target: 'https://example.com/hook',
      },
      {
        number: 2,
        outcome: 'started',
        started_at: '2026-03-09T10:30:30.000000Z',
        finished_at: null,
        status: null,
        error: null,
        duration_ms: null,
        response: null,
        target: 'https://example.com/hook',
      },
    ],
  });
});

test('a delivery is sent again: 202', async () => {
  await using gateway = await openGateway({ desk: { redeliver: async ({ id }) => ({ delivery: { ...stored, id } }) } });
  const { status, json } = await gateway.ask('POST', '/api/v1/deliveries/msg_2/redeliver');
  assert.deepEqual([status, json], [202, { ...shown, id: 'msg_2' }]);
});

test('what failed is counted, and sent again: 200', async () => {
  const asked: unknown[] = [];
  await using gateway = await openGateway({
    desk: {
      async recoverDeliveries({ since, until, appId: app, preview }) {
        asked.push([since?.seconds, until?.seconds, app, preview]);
        return { deliveries: 3 };
      },
    },
  });
  const from = '2026-03-09T10:30:00Z';
  const url = '/api/v1/deliveries/recover';
  const { status, json } = await gateway.ask('POST', url, { body: { from, to: '2026-03-09T10:30:01Z', app_id: appId, preview: true } });
  assert.deepEqual([status, json], [200, { deliveries: 3, preview: true }]);
  assert.deepEqual((await gateway.ask('POST', url, { body: { from } })).json, { deliveries: 3, preview: false });
  const seconds = BigInt(Date.parse(from) / 1000);
  assert.deepEqual(asked, [
    [seconds, seconds + 1n, appId, true],
    [seconds, undefined, '', false],
  ]);
});

for (const kind of ['delivery_busy', 'app_not_enabled', 'not_found'] as const satisfies readonly FailureKind[]) {
  test(`what cannot be sent again is not: ${kind}`, async () => {
    await using gateway = await openGateway({
      desk: {
        async redeliver() {
          throw new Failure(kind);
        },
      },
    });
    const { status, json } = await gateway.ask('POST', '/api/v1/deliveries/msg_1/redeliver');
    assert.deepEqual([status, json.error.code], [kind === 'not_found' ? 404 : 409, kind.toUpperCase()]);
  });
}

const moment = ['must be a moment such as 2026-03-09T10:30:00Z'];
const queries: Record<string, Record<string, string[]>> = {
  'limit=101': { limit: ['must be a whole number from 1 to 100'] },
  'state=gone': { state: ['must be one of pending, sending, succeeded, failed, cancelled, paused'] },
  'created_from=yesterday': { created_from: moment },
  'created_from=2026-02-30T00:00:00Z': { created_from: moment },
  'created_from=0000-01-01T00:00:00Z': { created_from: moment },
  'created_before=2026-03-09T24:01:00Z': { created_before: moment },
  'created_before=9999-12-31T23:59:59-12:00': { created_before: moment },
  'cursor=x': { cursor: ['must be the next_cursor of the page before'] },
  'page=2': { page: ['is unknown; known are limit, state, app_id, event, subject_id, created_from, created_before, cursor'] },
};
for (const [query, details] of Object.entries(queries)) {
  test(`?${query} is refused: 422`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('GET', `/api/v1/deliveries?${query}`);
    assert.deepEqual([status, json.error.details], [422, details]);
  });
}

test('a recovery without a beginning, or with no moment, is refused: 422', async () => {
  await using gateway = await openGateway();
  const details = async (body: unknown) => (await gateway.ask('POST', '/api/v1/deliveries/recover', { body })).json.error.details;
  assert.deepEqual(await details({}), { from: ['is required'] });
  assert.deepEqual(await details({ from: '2026-13-01T00:00:00Z' }), { from: moment });
});

test('what the notifier has against it is said in the words of the API: 422', async () => {
  const refuse = (fields: Record<string, string[]>) => async () => {
    throw new Failure('validation_error', { fields });
  };
  await using gateway = await openGateway({
    desk: { recoverDeliveries: refuse({ since: ['a'], until: ['b'] }), listDeliveries: refuse({ event_type: ['c'] }) },
  });
  const recover = await gateway.ask('POST', '/api/v1/deliveries/recover', { body: { from: '2026-03-09T10:30:00Z' } });
  assert.deepEqual([recover.status, recover.json.error.details], [422, { from: ['a'], to: ['b'] }]);
  assert.deepEqual((await gateway.ask('GET', '/api/v1/deliveries?event=x')).json.error.details, { event: ['c'] });
});

for (const [method, path, body] of [
  ['GET', ''],
  ['GET', '/msg_1'],
  ['POST', '/msg_1/redeliver'],
  ['POST', '/recover', { from: '2026-03-09T10:30:00Z' }],
] as [method: 'GET' | 'POST', path: string, body?: unknown][]) {
  test(`${method} /deliveries${path}: 401 without a key, 503 without a notifier`, async () => {
    await using gateway = await openGateway();
    const url = `/api/v1/deliveries${path}`;
    const asked = body === undefined ? {} : { body };
    assert.equal((await gateway.ask(method, url, { ...asked, key: undefined })).status, 401);
    await gateway.notifierServer[Symbol.asyncDispose]();
    const { status, json } = await gateway.ask(method, url, asked);
    assert.deepEqual([status, json.error.code], [503, 'UNAVAILABLE']);
  });
}
