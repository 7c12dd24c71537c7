import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { secretToText, sign, webhookIdOf } from './signature.ts';

test('the example of the Standard Webhooks specification comes out', () => {
  const signature = sign({
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: Buffer.from('{"test": 2432232314}'),
    secret: Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'),
  });
  assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

for (const [name, Webhook] of [
  ['standardwebhooks', StandardWebhook],
  ['svix', SvixWebhook],
] as const)
  test(`the npm package ${name} verifies it, and refuses another body`, () => {
    const secret = randomBytes(32);
    const [id, timestamp, body] = [webhookIdOf(randomUUID()), Math.floor(Date.now() / 1000), '{"event":"screenshot.completed","é":1}'];
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign({ id, timestamp, body: Buffer.from(body), secret }),
    };
    const webhook = new Webhook(secretToText(secret));
    webhook.verify(body, headers);
    assert.throws(() => webhook.verify(`${body} `, headers));
  });

test('a webhook-id is letters and digits, and the same for the same delivery', () => {
  const id = randomUUID();
  assert.match(webhookIdOf(id), /^msg_[A-Za-z0-9]+$/);
  assert.equal(webhookIdOf(id), webhookIdOf(id));
});
