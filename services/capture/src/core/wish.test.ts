import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateScreenshotRequestSchema, fromWords } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { kindsOfDevice } from './devices.ts';
import { acceptWish } from './wish.ts';

const accept = (words: Parameters<typeof fromWords>[1]) =>
  acceptWish(fromWords(CreateScreenshotRequestSchema, words), {
    devices: kindsOfDevice,
    retentionHours: 2,
    videos: new Set(),
  });

test('what only a server or a secure origin can honour is refused with html and markdown, all of it at once', () => {
  const options = {
    headers: { a: '1' },
    basic_auth: { username: 'ada' },
    method: 'post',
    body: 'x',
    geolocation: { latitude: 1, longitude: 2 },
  };
  for (const source of [{ html: '<p>' }, { markdown: '#' }]) {
    assert.throws(
      () => accept({ ...source, options }),
      (thrown) => thrown instanceof Failure && Object.keys(thrown.fields ?? {}).join() === 'headers,basic_auth,method,body,geolocation',
    );
  }
  accept({ url: 'https://example.com/', options });
  accept({ html: '<p>', options: { method: 'get', cookies: [{ name: 'a', value: '1' }] } });
});
