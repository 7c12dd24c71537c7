import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

test('the page of the document comes from here alone, without a key, and runs nothing that is not here', async () => {
  await using gateway = await openGateway();
  const { status, headers, bytes } = await gateway.ask('GET', '/docs', { key: undefined });
  assert.equal(status, 200);
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /connect-src 'self' https:\/\/shots\.example;/);
  const html = bytes.toString();
  assert.doesNotMatch(html, /https?:\/\//);
  const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
  assert.ok(parts.length >= 5);
  for (const path of parts) assert.equal((await gateway.ask('GET', path, { key: undefined })).status, 200, path);
});

test('what is not of the page is not there', async () => {
  await using gateway = await openGateway();
  for (const path of [
    '/docs/static/nothing.js',
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/package.json',
    '/docs/other',
  ]) {
    const { status, json } = await gateway.ask('GET', path, { key: undefined });
    assert.equal(status, 404, path);
    assert.equal(json.error.code, 'NOT_FOUND');
  }
});
