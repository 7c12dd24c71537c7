import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { announcementsOf, openHouse } from './house.fixture.ts';

test('a failing receiver is retried with the same webhook, and then given up', async () => {
  await using house = await openHouse({ env: { WEBHOOK_SCHEDULE: '0,0,0' } });
  const { receiver, site } = house;
  receiver.respondWith(503);
  const { id } = await house.ask({ url: `${site.url}/plain.html`, webhook_url: receiver.url });
  const { webhook } = await eventually(async () => {
    const seen = await house.see(id);
    assert.equal(seen.webhook?.state, 'failed');
    return seen;
  });
  assert.deepEqual(webhook, { state: 'failed', attempts: 4, next_attempt_at: null, last_status: 503, last_error: 'status' });
  const attempts = announcementsOf(receiver, id);
  assert.equal(attempts.length, 4);
  assert.equal(new Set(attempts.map(({ webhookId }) => webhookId)).size, 1);
  assert.equal(new Set(receiver.requests.map(({ body }) => body.toString())).size, 1);
});

test('a receiver that comes back gets its webhook, and the screenshot shows the wait meanwhile', async () => {
  await using house = await openHouse({ env: { WEBHOOK_SCHEDULE: '2,2,2' } });
  const { receiver, site } = house;
  receiver.respondWith(500);
  const { id } = await house.ask({ url: `${site.url}/plain.html`, webhook_url: receiver.url });
  await receiver.until((requests) => requests.length === 1);
  const waiting = await eventually(async () => {
    const { webhook } = await house.see(id);
    assert.equal(webhook?.last_status, 500);
    return webhook;
  });
  assert.equal(waiting.state, 'pending');
  assert.match(waiting.next_attempt_at ?? '', /\.\d{6}Z$/);
  receiver.respondWith(204);
  await eventually(async () => assert.equal((await house.see(id)).webhook?.state, 'succeeded'));
});
