import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

test('an account learns its name and the secret that its webhooks are signed with', async () => {
  await using gateway = await openGateway();
  const { status, json, headers } = await gateway.ask('GET', '/api/v1/account', { key: 'key-two' });
  assert.equal(status, 200);
  assert.deepEqual(json, { id: 'two', webhook_secret: `whsec_${Buffer.from('two').toString('base64')}` });
  assert.equal(headers['cache-control'], 'no-store');
});
