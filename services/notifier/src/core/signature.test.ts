import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, randomBytes, randomUUID, verify } from 'node:crypto';
import { test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { eventTypes } from './event-types.ts';
import { eventOf } from './events.fixture.ts';
import { rendered } from './rendered.fixture.ts';
import { secretBytes, secretTexts } from './secret.ts';
import { legacySignature, secretToText, sign, signatureInput, signInstance, webhookIdOf } from './signature.ts';
import { keyPairFrom } from './signing-key.ts';

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

test('X-Signature is what openssl makes of the same bytes', () => {
  const text = 'correct horse battery staple';
  const body = Buffer.from('{"event":"screenshot.completed","é":1}');
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-hmac', text], { input: body, encoding: 'utf8' });
  assert.equal(legacySignature(body, secretBytes(text)), `sha256=${digest.trim().split(/\s/).at(-1)}`);
});

test('v1a verifies with the published key, over what v1 signs', () => {
  const { publicKey, privateKey } = keyPairFrom(randomBytes(32));
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') }, format: 'jwk' });
  const message = { id: webhookIdOf(randomUUID()), timestamp: 1614265330, body: Buffer.from('{}') };
  const [version, signature = ''] = signInstance({ ...message, privateKey }).split(',');
  assert.equal(version, 'v1a');
  const verifies = (input: Buffer) => verify(null, input, key, Buffer.from(signature, 'base64'));
  assert.ok(verifies(Buffer.from(`${message.id}.1614265330.{}`)));
  assert.ok(!verifies(Buffer.from(`${message.id}.1614265331.{}`)));
});

test('a webhook-id is letters and digits, and the same for the same delivery', () => {
  const id = randomUUID();
  assert.match(webhookIdOf(id), /^msg_[0-9a-f]{32}$/);
  assert.equal(webhookIdOf(id), webhookIdOf(id));
});

// One key makes X-Signature over a body, and v1 over id.timestamp.body. Were a text both, one signature could be passed off as the other.
test('no body can be taken for what v1 signs, nor the other way round', () => {
  for (const type of eventTypes)
    for (const profile of ['run', 'center', 'standard'] as const) {
      const body = Buffer.from(rendered(eventOf({ type }), { profile }).body);
      const input = signatureInput({ id: webhookIdOf(randomUUID()), timestamp: 1614265330, body });
      assert.equal(body[0], '{'.charCodeAt(0));
      assert.match(input.toString(), /^msg_[A-Za-z0-9]+\.\d+\.\{/);
    }
});

test('an id has no dot, so that what is signed is one message only', () => {
  assert.doesNotMatch(webhookIdOf(randomUUID()), /\./);
});

test('one secret serves both: its text for X-Signature, the same bytes for libraries', () => {
  const text = randomBytes(32).toString('base64url');
  assert.equal(secretTexts(text).standard, secretToText(Buffer.from(text)));
});
