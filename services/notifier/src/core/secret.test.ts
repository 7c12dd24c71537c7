import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { newSecretText, secretBytes, secretProblem, secretTexts } from './secret.ts';
import { sign } from './signature.ts';

const standard = (size: number) => `whsec_${randomBytes(size).toString('base64')}`;

test('a secret is 16 to 256 printable characters', () => {
  for (const text of [
    '0123456789abcdef',
    'correct horse battery staple',
    '~'.repeat(256),
    newSecretText(randomBytes(32)),
    standard(24),
    standard(64),
  ])
    assert.equal(secretProblem(text), undefined, text);
  for (const text of [
    '',
    '0123456789abcde',
    '~'.repeat(257),
    ' 0123456789abcdef',
    '0123456789abcdef ',
    '0123456789\nabcdef',
    '0123456789abcdefä',
  ])
    assert.match(secretProblem(text) ?? '', /^must be 16 to 256 printable/, text);
});

test('what looks like the form of libraries has to be it, since they would read other bytes', () => {
  for (const text of [standard(16), standard(65), 'whsec_not-quite-base64-at-all', 'whsec_0123456789abcdef0123456789abcdef0'])
    assert.match(secretProblem(text) ?? '', /^must be followed by base64/, text);
});

test('the key is the text itself, unless it stands for bytes', () => {
  assert.deepEqual(secretBytes('0123456789abcdef'), Buffer.from('0123456789abcdef'));
  const bytes = randomBytes(24);
  for (const text of [`whsec_${bytes.toString('base64')}`, `whsec_${bytes.toString('base64').replaceAll('=', '')}`])
    assert.deepEqual(secretBytes(text), bytes);
  const few = standard(23);
  assert.deepEqual(secretBytes(few), Buffer.from(few));
});

test('a new secret is 43 characters that need no escaping', () => {
  assert.match(newSecretText(randomBytes(32)), /^[A-Za-z0-9_-]{43}$/);
});

for (const text of ['correct horse battery staple', newSecretText(randomBytes(32)), standard(32)])
  test(`what is shown of ${text.slice(0, 6)}… verifies with the libraries`, () => {
    const shown = secretTexts(text);
    assert.equal(shown.text, text);
    const [id, timestamp, body] = ['msg_1', Math.floor(Date.now() / 1000), '{}'];
    const signature = sign({ id, timestamp, body: Buffer.from(body), secret: secretBytes(text) });
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
    for (const Webhook of [StandardWebhook, SvixWebhook]) new Webhook(shown.standard).verify(body, headers);
  });
