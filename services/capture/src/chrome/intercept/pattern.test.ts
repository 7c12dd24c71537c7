import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Protocol } from 'puppeteer';
import { requestTest, toChromePattern, urlTest } from './pattern.ts';

const request = (url: string, resourceType: Protocol.Network.ResourceType = 'Image') =>
  ({ request: { url }, resourceType }) as Protocol.Fetch.RequestPausedEvent;

test('in a pattern * is anything, and nothing else is', () => {
  const fits = urlTest('*://*.example.com/a?b=*');
  assert.ok(fits('https://www.example.com/a?b=1&c=2'));
  assert.ok(!fits('https://www.example.com/aXb=1'));
  assert.ok(!fits('https://www.exampleXcom/a?b=1'));
  assert.ok(urlTest('***')('anything'));
});

test("a pattern means the same in Chrome's writing", () => {
  const pattern = '*/a?b=\\*';
  assert.equal(toChromePattern(pattern), '*/a\\?b=\\\\*');
  const fits = requestTest([{ urlPattern: toChromePattern('*/a?b=*') }]);
  assert.ok(fits(request('http://x/a?b=1')));
  assert.ok(!fits(request('http://x/aXb=1')));
});

test('a pattern with a type is for that type alone', () => {
  const fits = requestTest([{ resourceType: 'Font' }, { urlPattern: 'http://x/?.png' }]);
  assert.ok(fits(request('http://y/', 'Font')));
  assert.ok(fits(request('http://x/1.png')));
  assert.ok(!fits(request('http://x/11.png')));
});
