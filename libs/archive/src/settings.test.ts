import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '@shotwire/config';
import { archivePlace } from './archive-place.ts';
import { archiveSettings } from './settings.ts';

test('a URL names a bucket with its key and region, or a folder', () => {
  assert.deepEqual(archivePlace(new URL('https://k%2Fey:s%40cret@[::1]/images?region=eu-west-1')), {
    kind: 's3',
    host: '::1',
    port: 443,
    tls: true,
    accessKey: 'k/ey',
    secretKey: 's@cret',
    bucket: 'images',
    region: 'eu-west-1',
  });
  assert.deepEqual(archivePlace(new URL('file:///var/lib/a%20b')), { kind: 'folder', folder: '/var/lib/a b' });
});

test('a URL that lacks a part is refused at the start, and its secret is not printed', () => {
  for (const text of [
    'http://minio:9000/images',
    'http://:hunter2@minio/images',
    'http://k:hunter2@minio:9000',
    'http://k:hunter2@minio:9000/a/b',
    'file:///',
    'file://host/a',
  ]) {
    assert.throws(
      () => readConfig(archiveSettings, { ARCHIVE_URL: text }),
      (thrown) =>
        thrown instanceof Error &&
        thrown.message === 'ARCHIVE_URL is not valid; it must be http(s)://KEY:SECRET@HOST:PORT/BUCKET?region=REGION or file:///FOLDER.',
      text,
    );
  }
});
