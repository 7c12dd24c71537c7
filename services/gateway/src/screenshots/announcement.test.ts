import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateScreenshotRequest, DeskService } from '@shotwire/contract';
import { Failure, type FieldProblems } from '@shotwire/failures';
import type { Implementation } from '@shotwire/rpc';
import { openGateway } from '../gateway.fixture.ts';

const url = 'https://example.com';
const webhook_url = 'https://example.com/hook';
const secret = 'hunter2-hunter2-hunter2';
const [appOne, appTwo] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
const sealed = { webhook_url, webhook_secret: secret, webhook_headers: { authorization: 'Basic hunter2' } };

/** A desk that refuses these fields. */
const refusing = (method: 'sealWebhook' | 'checkApps', fields: FieldProblems): Partial<Implementation<typeof DeskService>> => ({
  [method]: async () => {
    throw new Failure('validation_error', { fields });
  },
});

/** A gateway before a capture that writes down what it is asked. */
async function openWatched(desk: Partial<Implementation<typeof DeskService>> = {}) {
  const seen: CreateScreenshotRequest[] = [];
  const gateway = await openGateway({
    desk,
    intake: {
      async createScreenshot(request) {
        seen.push(request);
        return { screenshot: { id: request.id, ...(request.announcement && { announcement: request.announcement }), tags: request.tags } };
      },
    },
  });
  return Object.assign(gateway, { seen });
}

test('who is to be told reaches capture, with what is secret sealed by the notifier for that account', async () => {
  const accounts: unknown[] = [];
  await using gateway = await openWatched({
    async sealWebhook({ secret, headers }, { account }) {
      accounts.push(account);
      return { sealed: Buffer.from(`${secret.length} ${Object.keys(headers)}`) };
    },
  });
  const body = { url, ...sealed, webhook_events: ['screenshot.failed', 'app.upload.finished'], apps: [appOne, appTwo.toUpperCase()] };
  const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { ...body, tags: ['a', 'b c'] } });
  assert.equal(status, 202);
  const [{ announcement, tags }] = gateway.seen as [CreateScreenshotRequest];
  assert.deepEqual(
    { ...announcement, webhookSealed: String(announcement?.webhookSealed) },
    {
      $typeName: 'shotwire.capture.v1.Announcement',
      webhookUrl: webhook_url,
      webhookEvents: body.webhook_events,
      webhookSealed: `${secret.length} authorization`,
      apps: { [appOne]: '', [appTwo]: '' },
    },
  );
  assert.deepEqual(tags, ['a', 'b c']);
  assert.deepEqual(accounts, ['one']);
  assert.deepEqual([json.webhook_url, json.apps, json.tags, json.deliveries], [webhook_url, [appOne, appTwo], ['a', 'b c'], []]);
  assert.doesNotMatch(JSON.stringify([json, gateway.lines]), /hunter2|authorization/);
});

test('apps may come with a path template each', async () => {
  await using gateway = await openWatched();
  const apps = { [appOne]: 'archive/{domain}/{id}.png', [appTwo]: '' };
  assert.deepEqual((await gateway.make({ url, apps })).apps, [appOne, appTwo]);
  assert.deepEqual(
    gateway.desk.checked.map((request) => request.apps),
    [apps],
  );
  assert.deepEqual(gateway.seen[0]?.announcement?.apps, apps);
});

test('the notifier is asked about nothing that was not given, and what is empty is not given', async () => {
  await using gateway = await openWatched();
  const nothing = { webhook_secret: '', webhook_headers: {}, webhook_events: [], apps: [], tags: [] };
  for (const body of [{ url }, { url, webhook_url }, { url, webhook_url, webhook_events: ['screenshot.failed'] }, { url, ...nothing }]) {
    const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body });
    assert.equal(status, 202);
    assert.ok(!('apps' in json || 'tags' in json || 'deliveries' in json));
  }
  await gateway.ask('POST', '/api/v1/screenshots', { body: { url, apps: {} } });
  assert.deepEqual([gateway.desk.sealed, gateway.desk.checked], [[], []]);
});

test('what the notifier says of a field is said in the words of the request, all at once', async () => {
  const desk = {
    ...refusing('sealWebhook', { secret: ['too short'], headers: ['too many'], 'headers.x.y': ['may not be set'] }),
    ...refusing('checkApps', { [`apps.${appTwo}`]: ['is no app of yours'] }),
  };
  await using gateway = await openWatched(desk);
  const wrong = { webhook_secret: ['too short'], webhook_headers: ['too many'], 'webhook_headers.x.y': ['may not be set'] };
  const asList = await gateway.ask('POST', '/api/v1/screenshots', { body: { url, ...sealed, apps: [appOne, appTwo] } });
  assert.deepEqual([asList.status, asList.json.error.code], [422, 'VALIDATION_ERROR']);
  assert.deepEqual(asList.json.error.details, { ...wrong, 'apps[1]': ['is no app of yours'] });
  const upper = appTwo.toUpperCase();
  const asObject = await gateway.ask('POST', '/api/v1/screenshots', { body: { url, apps: { [appOne]: '', [upper]: 'x/{id}' } } });
  assert.deepEqual(asObject.json.error.details, { [`apps.${upper}`]: ['is no app of yours'] });
  assert.deepEqual(gateway.seen, []);
});

test('a notifier that is gone is 503 to those who need it, and to nobody else', async () => {
  await using gateway = await openWatched();
  await gateway.notifierServer[Symbol.asyncDispose]();
  for (const body of [
    { url, ...sealed },
    { url, apps: [appOne] },
  ]) {
    const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body });
    assert.deepEqual([status, json.error.code], [503, 'UNAVAILABLE']);
  }
  assert.deepEqual(gateway.seen, []);
  assert.equal((await gateway.ask('POST', '/api/v1/screenshots', { body: { url, webhook_url, tags: ['a'] } })).status, 202);
});
