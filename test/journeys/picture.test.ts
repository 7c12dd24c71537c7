import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { openHouse } from './house.fixture.ts';

test('a page becomes a picture, and a signed webhook says so', async () => {
  await using house = await openHouse();
  const { site, receiver, stack, ask, end, get } = house;

  const accepted = await ask({ url: `${site.url}/plain.html`, width: 640, height: 400, webhook_url: `${receiver.url}/hook?token=1` });
  assert.equal(accepted.status, 'pending');
  assert.deepEqual(accepted.webhook, { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null });

  const done = await end(accepted.id);
  assert.equal(done.status, 'completed');
  assert.equal(done.image_url, `${stack.url}/api/v1/screenshots/${accepted.id}/image`);

  const image = await get(`/api/v1/screenshots/${accepted.id}/image`);
  assert.equal(image.status, 200);
  assert.equal(image.headers.get('content-type'), 'image/png');
  const bytes = Buffer.from(await image.arrayBuffer());
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [640, 400]);

  await receiver.until((requests) => requests.length === 1);
  const [request] = receiver.requests;
  assert.ok(request);
  assert.equal(request.path, '/hook?token=1');
  const { webhook_secret: secret } = (await (await get('/api/v1/account')).json()) as { webhook_secret: string };
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const text = request.body.toString();
  for (const verifier of [new Webhook(secret), new SvixWebhook(secret)]) assert.doesNotThrow(() => verifier.verify(text, headers));
  assert.throws(() => new Webhook(secret).verify(`${text} `, headers));

  const { event, data, sent_at } = JSON.parse(text);
  assert.equal(event, 'screenshot.completed');
  assert.match(sent_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.deepEqual(Object.keys(data), [
    'id',
    'status',
    'url',
    'options',
    'file_size',
    'mime_type',
    'width',
    'height',
    'processing_time_ms',
    'image_url',
    'created_at',
    'completed_at',
  ]);
  assert.equal(data.file_size, bytes.length);
  assert.equal(data.options.block_cookies, true);

  const { webhook } = await house.see(accepted.id);
  assert.deepEqual(webhook, { state: 'succeeded', attempts: 1, next_attempt_at: null, last_status: 200, last_error: null });
});
