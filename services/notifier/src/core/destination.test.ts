import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { EventSchema } from '@shotwire/contract';
import { type AppForEvent, destinationsOf, wantsAppsNaming } from './destination.ts';
import { eventTypes } from './event-types.ts';
import { eventOf, ids } from './events.fixture.ts';

const webhookUrl = 'https://receiver.test/hook';
const operational = ['app.disabled', 'delivery.failing', 'delivery.exhausted', 'delivery.recovered'];

const appOf = (id: string, given: Partial<AppForEvent> = {}): AppForEvent => ({
  id,
  kind: 'webhook',
  state: 'enabled',
  events: [],
  ...given,
});
const typesTo = (announcement: Parameters<typeof eventOf>[0], apps: readonly AppForEvent[] = []) =>
  eventTypes.filter((type) => destinationsOf(eventOf({ ...announcement, type }), apps).length > 0);
const laneOf = (url: string, accountId = 'a') => {
  const event = eventOf({ announcement: { webhookUrl: url } });
  return destinationsOf({ ...event, accountId }, [])[0]?.lane;
};

test('an end goes to the URL that was given with the request', () => {
  assert.deepEqual(typesTo({ announcement: { webhookUrl } }), [
    'screenshot.completed',
    'screenshot.failed',
    'batch.completed',
    'batch.failed',
  ]);
  const webhookSealed = Buffer.from('sealed');
  assert.deepEqual(destinationsOf(eventOf({ announcement: { webhookUrl, webhookSealed } }), []), [
    {
      destination: 'webhook_url',
      lane: 'acme https://receiver.test:443',
      subjectId: ids.screenshot,
      appId: null,
      url: webhookUrl,
      pathTemplate: null,
      sealed: webhookSealed,
      paused: false,
    },
  ]);
  assert.equal(destinationsOf(eventOf({ type: 'batch.completed', announcement: { webhookUrl } }), [])[0]?.subjectId, ids.batch);
});

test('a request can say which events go to its URL', () => {
  const webhookEvents = ['screenshot.cancelled', 'app.upload.finished', 'app.disabled', 'delivery.failing', 'no.such'];
  assert.deepEqual(typesTo({ announcement: { webhookUrl, webhookEvents } }), ['screenshot.cancelled', 'app.upload.finished']);
});

test('nothing goes anywhere where nothing was said', () => {
  assert.deepEqual(typesTo({}, [appOf('1')]), []);
  assert.deepEqual(typesTo({ announcement: {} }, [appOf('1')]), []);
  assert.deepEqual(destinationsOf(eventOf({ type: 'no.such', announcement: { webhookUrl, webhookEvents: ['no.such'] } }), []), []);
});

test('an app that is listed gets what its filter has: without one all about the work and its uploads', () => {
  const announcement = { apps: { '1': '' } };
  assert.deepEqual(typesTo({ announcement }, [appOf('1')]), eventTypes.slice(0, 7));
  assert.deepEqual(typesTo({ announcement }, [appOf('1', { events: ['screenshot.failed', 'delivery.failing'] })]), [
    'screenshot.failed',
    'delivery.failing',
  ]);
  assert.deepEqual(typesTo({ announcement }, [appOf('2'), appOf('toString')]), []);
});

test('a URL and apps are destinations of their own', () => {
  const event = eventOf({ announcement: { webhookUrl, apps: { '1': '', '2': 'x/{id}.png' } } });
  const found = destinationsOf(event, [appOf('1', { state: 'paused' }), appOf('2', { kind: 's3', state: 'disabled' }), appOf('3')]);
  assert.deepEqual(
    found.map(({ destination, lane, appId, url, pathTemplate, paused }) => [destination, lane, appId, url, pathTemplate, paused]),
    [
      ['webhook_url', 'acme https://receiver.test:443', null, webhookUrl, null, false],
      ['1', 'acme app:1', '1', null, null, true],
      ['2', 'acme app:2', '2', null, 'x/{id}.png', true],
    ],
  );
});

test('a bucket gets completed screenshots alone, by its own template unless the request has one', () => {
  const bucket = appOf('1', { kind: 's3' });
  assert.deepEqual(typesTo({ announcement: { apps: { '1': '' } } }, [bucket]), ['screenshot.completed']);
  assert.equal(destinationsOf(eventOf({ announcement: { apps: { '1': '' } } }), [bucket])[0]?.pathTemplate, null);
});

test('a path template is nothing to an endpoint', () => {
  assert.equal(destinationsOf(eventOf({ announcement: { apps: { '1': 'x' } } }), [appOf('1')])[0]?.pathTemplate, null);
});

test('operational events go to the endpoints that name them, and not to the one they are about', () => {
  for (const type of operational) {
    const apps = [
      appOf('all'),
      appOf('names', { events: [type] }),
      appOf('others', { events: operational.filter((other) => other !== type) }),
      appOf('bucket', { kind: 's3', events: [type] }),
      appOf(ids.app, { events: [type] }),
    ];
    const found = destinationsOf(eventOf({ type, announcement: { webhookUrl, webhookEvents: [type] } }), apps);
    assert.deepEqual(
      found.map(({ destination, subjectId }) => [destination, subjectId]),
      [['names', type === 'app.disabled' ? null : ids.screenshot]],
    );
  }
});

test('the end of an operational delivery is no news, or there were no end', () => {
  for (const eventType of operational)
    for (const type of operational.slice(1))
      assert.deepEqual(
        destinationsOf(create(EventSchema, { type, accountId: 'a', delivery: { eventType } }), [appOf('1', { events: [type] })]),
        [],
      );
});

test('what wants the apps that name it is what is operational', () => {
  assert.deepEqual(eventTypes.filter(wantsAppsNaming), operational);
});

test('a lane is an account and an endpoint: scheme, host and port', () => {
  assert.equal(laneOf('https://receiver.test/one?x=1'), laneOf('https://RECEIVER.test:443/two'));
  const others = ['http://receiver.test/', 'https://receiver.test:8443/', 'https://other.test/'].map((url) => laneOf(url));
  assert.equal(new Set([laneOf('https://receiver.test/'), laneOf('https://receiver.test/', 'b'), ...others]).size, 5);
});

test('whatever the URL is, there is a lane that fits an index', () => {
  for (const url of [' ', 'no url', `https://${'a'.repeat(5000)}.test/`]) assert.ok((laneOf(url) ?? 'x'.repeat(400)).length < 400);
});
