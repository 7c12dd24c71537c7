import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventOf } from '../notifier.fixture.ts';
import { destinationsOf } from './destination.ts';

const laneOf = (url: string, accountId = 'a') => destinationsOf(eventOf({ accountId, url }))[0]?.lane;

test('the end of a screenshot goes to the URL that was given with it', () => {
  for (const type of ['screenshot.completed', 'screenshot.failed'])
    assert.deepEqual(
      destinationsOf(eventOf({ type, url: 'https://receiver.test/hook' })).map(({ url }) => url),
      ['https://receiver.test/hook'],
    );
});

test('nothing goes anywhere without a URL, nor when the screenshot was cancelled', () => {
  assert.deepEqual(destinationsOf(eventOf({ url: '' })), []);
  assert.deepEqual(destinationsOf(eventOf({ type: 'screenshot.cancelled', url: 'https://receiver.test/' })), []);
});

test('a lane is an account and an endpoint: scheme, host and port', () => {
  assert.equal(laneOf('https://receiver.test/one?x=1'), laneOf('https://RECEIVER.test:443/two'));
  const others = ['http://receiver.test/', 'https://receiver.test:8443/', 'https://other.test/'].map((url) => laneOf(url));
  assert.equal(new Set([laneOf('https://receiver.test/'), laneOf('https://receiver.test/', 'b'), ...others]).size, 5);
});

test('whatever the URL is, there is a lane that fits an index', () => {
  for (const url of ['', ' ', 'no url', `https://${'a'.repeat(5000)}.test/`]) assert.ok((laneOf(url || '?') ?? '').length < 400);
});
