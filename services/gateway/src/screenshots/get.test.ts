import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeliveryState, instantFromMs, instantToTimestamp, type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { openGateway } from '../gateway.fixture.ts';

test('a completed screenshot shows its image', async () => {
  await using gateway = await openGateway();
  const { id, options } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'), { expiresMs: Date.parse('2126-01-01T00:00:00Z') });
  const { status, json } = await gateway.ask('GET', `/api/v1/screenshots/${id}`);
  assert.equal(status, 200);
  assert.equal(
    JSON.stringify(json),
    JSON.stringify({
      id,
      status: 'completed',
      url: 'https://example.com',
      options,
      file_size: 7,
      mime_type: 'image/png',
      width: 1280,
      height: 800,
      processing_time_ms: 3450,
      image_url: `https://shots.example/base/api/v1/screenshots/${id}/image`,
      webhook_url: null,
      webhook: null,
      created_at: '2026-03-09T10:30:00.000000Z',
      completed_at: '2026-03-09T10:30:05.500000Z',
      expires_at: '2126-01-01T00:00:00.000000Z',
    }),
  );
});

test('a failed screenshot says why', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  Object.assign(gateway.intake.screenshots.get(id) as Screenshot, {
    status: ScreenshotStatus.FAILED,
    endedAt: instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:30:35Z'))),
    problem: { $typeName: 'shotwire.capture.v1.Problem', code: 'TIMEOUT', message: 'Page load timed out after 30 seconds.' },
  });
  const { json } = await gateway.ask('GET', `/api/v1/screenshots/${id}`);
  assert.equal(json.status, 'failed');
  assert.deepEqual(json.error, { message: 'Page load timed out after 30 seconds.', code: 'TIMEOUT' });
  assert.equal(json.failed_at, '2026-03-09T10:30:35.000000Z');
  assert.ok(!('image_url' in json) && !('expires_at' in json));
});

test("nobody sees another account's screenshot", async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  for (const method of ['GET', 'DELETE'] as const) {
    const { status, json } = await gateway.ask(method, `/api/v1/screenshots/${id}`, { key: 'key-two' });
    assert.equal(status, 404);
    assert.equal(json.error.code, 'NOT_FOUND');
  }
  assert.equal((await gateway.ask('GET', `/api/v1/screenshots/${id}/image`, { key: 'key-two' })).status, 404);
  assert.equal((await gateway.ask('GET', `/api/v1/screenshots/${id}`)).status, 200);
});

test('deleting is 204, and the second time 404', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  const headers = { 'content-type': 'application/json' };
  assert.equal((await gateway.ask('DELETE', `/api/v1/screenshots/${id}`, { headers })).status, 204);
  assert.equal((await gateway.ask('DELETE', `/api/v1/screenshots/${id}`)).status, 404);
});

test('the state of the webhook is what the notifier says', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  const nextAttemptAt = instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:31:05.25Z')));
  gateway.desk.deliveries.push({
    id: 'd',
    subjectId: id,
    eventType: 'screenshot.failed',
    state: DeliveryState.PENDING,
    attempts: 1,
    nextAttemptAt,
    lastStatus: 500,
    lastError: '',
  });
  assert.deepEqual((await gateway.ask('GET', `/api/v1/screenshots/${id}`)).json.webhook, {
    state: 'pending',
    attempts: 1,
    next_attempt_at: '2026-03-09T10:31:05.250000Z',
    last_status: 500,
    last_error: null,
  });
  Object.assign(gateway.desk.deliveries[0] as object, {
    state: DeliveryState.FAILED,
    lastStatus: 0,
    lastError: 'timeout',
    nextAttemptAt: undefined,
  });
  assert.deepEqual((await gateway.ask('GET', `/api/v1/screenshots/${id}`)).json.webhook, {
    state: 'failed',
    attempts: 1,
    next_attempt_at: null,
    last_status: null,
    last_error: 'timeout',
  });
});

test('the webhook is told of where it is told of the end, and its other deliveries are not it', async () => {
  await using gateway = await openGateway();
  const pending = { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null };
  const { id } = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  for (const [eventType, appId] of [
    ['app.upload.finished', ''],
    ['screenshot.completed', 'an app'],
  ])
    gateway.desk.deliveries.push({ id: 'd', subjectId: id, eventType: eventType as string, appId: appId as string, attempts: 7 });
  assert.deepEqual((await gateway.ask('GET', `/api/v1/screenshots/${id}`)).json.webhook, pending);

  const of = async (webhook_events: string[]) => {
    const made = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook', webhook_events });
    await gateway.complete(made.id, Buffer.from('picture'));
    return [made.webhook, (await gateway.ask('GET', `/api/v1/screenshots/${made.id}`)).json.webhook];
  };
  assert.deepEqual(await of(['screenshot.completed', 'screenshot.cancelled']), [pending, pending]);
  assert.deepEqual(await of(['screenshot.failed']), [pending, null]);
  assert.deepEqual(await of(['app.upload.finished', 'screenshot.cancelled']), [null, null]);
});

test('where apps were chosen all deliveries are shown, oldest first, however many they are', async () => {
  await using gateway = await openGateway();
  const app = '00000000-0000-4000-8000-00000000000a';
  const { id } = await gateway.make({ url: 'https://example.com', apps: [app] });
  const deliveries = Array.from({ length: 501 }, (_, n) => ({
    id: `msg_${n}`,
    subjectId: id,
    eventType: 'screenshot.completed',
    appId: n === 0 ? '' : app,
    state: DeliveryState.SUCCEEDED,
    attempts: 1,
    lastStatus: 204,
  }));
  gateway.desk.deliveries.push(...deliveries.toReversed());
  const { json } = await gateway.ask('GET', `/api/v1/screenshots/${id}`);
  assert.equal(json.webhook, null);
  assert.deepEqual(
    json.deliveries.map((one: { id: string }) => one.id),
    deliveries.map((one) => one.id),
  );
  const told = { state: 'succeeded', attempts: 1, next_attempt_at: null, last_status: 204, last_error: null };
  assert.deepEqual(json.deliveries.slice(0, 2), [
    { id: 'msg_0', app_id: null, event: 'screenshot.completed', ...told },
    { id: 'msg_1', app_id: app, event: 'screenshot.completed', ...told },
  ]);
  assert.equal((await gateway.ask('GET', '/api/v1/screenshots')).json.data[0].deliveries.length, 501);
});

const unknown = { state: 'unknown', attempts: null, next_attempt_at: null, last_status: null, last_error: null };

test('a notifier that is gone takes the state of the webhook with it, and nothing else', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  await gateway.notifierServer[Symbol.asyncDispose]();
  const { status, json } = await gateway.ask('GET', `/api/v1/screenshots/${id}`);
  assert.equal(status, 200);
  assert.deepEqual(json.webhook, unknown);
  const withApp = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  (gateway.intake.screenshots.get(withApp.id)?.announcement ?? assert.fail()).apps = { 'an app': '' };
  const { data } = (await gateway.ask('GET', '/api/v1/screenshots')).json;
  assert.deepEqual(
    data.map(({ webhook, deliveries }: { webhook: unknown; deliveries: unknown }) => [webhook, deliveries]),
    [
      [unknown, null],
      [unknown, undefined],
    ],
  );
  const secret = await gateway.ask('GET', '/api/v1/account/signing-secret');
  assert.equal(secret.status, 503);
});

test('a notifier that hangs holds a read up for a second', async () => {
  await using gateway = await openGateway({ desk: { listDeliveries: () => new Promise(() => {}) } });
  const { id } = await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/hook' });
  const startedMs = performance.now();
  const { json } = await gateway.ask('GET', `/api/v1/screenshots/${id}`);
  assert.ok(performance.now() - startedMs < 2_500);
  assert.deepEqual(json.webhook, unknown);
});
