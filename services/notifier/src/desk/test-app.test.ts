import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AppState, Profile } from '@shotwire/contract';
import { Webhook } from 'standardwebhooks';
import { eventTypes } from '../core/event-types.ts';
import { acme, bucket, openDesk, problemsOf, webhook } from './desk.fixture.ts';

const now = Date.parse('2026-03-09T10:30:00Z');

test('the exact request is shown, with what it is signed with now, and nothing is sent', async () => {
  await using house = await openDesk();
  const { client } = house;
  const app = webhook({ url: 'https://receiver.test/hook?key=1', headers: { 'X-Key': 'hunter2' } });
  const { app: made, secret } = await client.createApp({ app }, acme);
  const id = made?.id ?? '';
  const { secret: renewed } = await client.rotateAppSecret({ id }, acme);
  const shown = await client.testApp({ id }, acme);
  assert.deepEqual([shown.method, shown.url, shown.refusal, shown.attempt], ['POST', 'https://receiver.test/hook?key=1', '', undefined]);
  assert.equal(shown.headers['X-Key'], '•••');
  assert.equal(shown.headers['shotwire-attempt'], '1');
  const body = Buffer.from(shown.body).toString();
  assert.match(body, /^\{/);
  assert.equal(
    Buffer.from(shown.signatureInput).toString(),
    `${shown.headers['webhook-id']}.${shown.headers['webhook-timestamp']}.${body}`,
  );
  for (const one of [secret, renewed]) new Webhook(one?.standard ?? '').verify(body, shown.headers);
  assert.match(shown.headers['webhook-signature'] ?? '', /^v1,\S+ v1,\S+ v1a,\S+$/);
  assert.deepEqual(house.sent, []);
});

test('an event of every type can be shown, in every profile', async () => {
  await using house = await openDesk({ now: () => now });
  for (const profile of [Profile.RUN, Profile.CENTER, Profile.STANDARD]) {
    const { app } = await house.client.createApp({ app: webhook({ profile }) }, acme);
    for (const eventType of eventTypes) {
      const { body, headers } = await house.client.testApp({ id: app?.id ?? '', eventType }, acme);
      assert.match(Buffer.from(body).toString(), /^\{.+\}$/s, eventType);
      assert.equal(headers['webhook-timestamp'], String(now / 1000));
    }
  }
});

test('it is sent once when that is asked for, headers and all, whatever the state of the app', async () => {
  await using house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook({ headers: { 'x-key': 'hunter2' }, timeout: 7 }) }, acme);
  const id = app?.id ?? '';
  await house.client.setAppState({ id, state: AppState.PAUSED }, acme);
  const shown = await house.client.testApp({ id, send: true }, acme);
  assert.equal(house.sent.length, 1);
  const [sent] = house.sent;
  assert.deepEqual(
    [sent?.url.href, sent?.headers['x-key'], sent?.timeoutMs, sent?.body],
    ['https://receiver.test/hook', 'hunter2', 7_000, Buffer.from(shown.body)],
  );
  assert.deepEqual({ ...sent?.headers, 'x-key': '•••' }, shown.headers);
  const { attempt } = shown;
  assert.deepEqual(
    [
      attempt?.number,
      attempt?.outcome,
      attempt?.status,
      attempt?.error,
      attempt?.durationMs,
      attempt?.target,
      Buffer.from(attempt?.response ?? '').toString(),
    ],
    [1, 'succeeded', 204, '', 12, 'https://receiver.test/hook', 'thanks'],
  );
  assert.ok(attempt?.startedAt && attempt.finishedAt);
});

test('how it went is told when it went wrong, too', async () => {
  await using house = await openDesk({
    outcome: { outcome: 'failed', status: null, error: 'timeout', durationMs: 30_000.4, response: null },
  });
  const { app } = await house.client.createApp({ app: webhook() }, acme);
  const { attempt } = await house.client.testApp({ id: app?.id ?? '', send: true }, acme);
  assert.deepEqual(
    [attempt?.outcome, attempt?.status, attempt?.error, attempt?.durationMs, attempt?.response.length],
    ['failed', 0, 'timeout', 30_000, 0],
  );
});

test('what would not be sent is not sent, and why is said as a code', async () => {
  await using house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook() }, acme);
  const test = () => house.client.testApp({ id: app?.id ?? '', send: true }, acme);
  house.dns.records['receiver.test'] = { a: ['10.0.0.1'] };
  assert.deepEqual([(await test()).refusal, (await test()).attempt], ['blocked_address', undefined]);
  delete house.dns.records['receiver.test'];
  assert.equal((await test()).refusal, 'dns_failed');
  house.dns.records['receiver.test'] = { silent: true };
  house.dns.records['shotwire.invalid'] = { silent: true };
  assert.equal((await test()).refusal, 'dns_ours');
  assert.deepEqual(house.sent, []);
});

test('of an upload the object is shown, and a bucket is not written to for a test', async () => {
  await using house = await openDesk({ now: () => now });
  const { app } = await house.client.createApp(
    { app: bucket({ pathTemplate: 'shots of {yyyy}/{domain}/{tag}.{ext}', acl: 'public-read' }) },
    acme,
  );
  const id = app?.id ?? '';
  const shown = await house.client.testApp({ id }, acme);
  assert.deepEqual(
    [shown.method, shown.url, shown.body.length, shown.refusal],
    ['PUT', 'https://store.test/shots/shots%20of%202026/example.com/example.png', 0, ''],
  );
  assert.deepEqual(shown.headers, { 'content-type': 'image/png', 'x-amz-acl': 'public-read' });
  assert.deepEqual(await problemsOf(house.client.testApp({ id, send: true, eventType: 'batch.completed' }, acme)), {
    event_type: ['must be screenshot.completed: nothing else goes to a bucket'],
    send: ['must be false: a bucket cannot be tested by sending'],
  });
});

test('a type that there is none of is refused', async () => {
  await using house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook() }, acme);
  const problems = await problemsOf(house.client.testApp({ id: app?.id ?? '', eventType: randomUUID() }, acme));
  assert.match(problems?.event_type?.[0] ?? '', /^must be one of screenshot\.completed, /);
});
