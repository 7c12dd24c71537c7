import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { test } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { eventOf } from './events.fixture.ts';
import { headerProblem, requestHeaders } from './headers.ts';
import { rendered } from './rendered.fixture.ts';
import { legacySignature, secretToText } from './signature.ts';
import { keyPairFrom } from './signing-key.ts';

const [newest, oldest] = [randomBytes(32), randomBytes(32)];
const instanceKey = keyPairFrom(randomBytes(32));
const timestamp = Math.floor(Date.now() / 1000);
const webhookId = `msg_${'0'.repeat(32)}`;

type Letter = Parameters<typeof requestHeaders>[0];

const letterOf = (given: Partial<Letter> = {}): Letter => ({
  profile: 'standard',
  dialect: 'done',
  webhookId,
  eventId: 'e',
  eventType: 'screenshot.completed',
  attempt: 2,
  body: Buffer.from(rendered(eventOf(), { profile: given.profile ?? 'standard', dialect: given.dialect ?? 'done' }).body),
  timestamp,
  keys: [newest, oldest],
  instanceKey,
  custom: {},
  ...given,
});

const profiles = ['run', 'center', 'standard'] as const;

for (const profile of profiles)
  test(`the libraries verify profile ${profile} with each key that lives, and with no other`, () => {
    const letter = letterOf({ profile });
    const headers = requestHeaders(letter);
    const text = Buffer.from(letter.body).toString();
    for (const Webhook of [StandardWebhook, SvixWebhook]) {
      for (const key of [newest, oldest]) new Webhook(secretToText(key)).verify(text, headers);
      assert.throws(() => new Webhook(secretToText(randomBytes(32))).verify(text, headers));
    }
  });

test('each signature has its place: the newest key first, the installation’s last', () => {
  const { 'webhook-signature': signature = '', 'shotwire-key-id': kid, ...headers } = requestHeaders(letterOf());
  const entries = signature.split(' ');
  assert.deepEqual(
    entries.map((entry) => entry.split(',')[0]),
    ['v1', 'v1', 'v1a'],
  );
  const [first] = entries;
  assert.equal(requestHeaders(letterOf({ keys: [newest], instanceKey: undefined }))['webhook-signature'], first);
  assert.equal(kid, instanceKey.kid);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: instanceKey.publicKey.toString('base64url') }, format: 'jwk' });
  const input = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${letterOf().body}`);
  assert.ok(verify(null, input, key, Buffer.from(entries.at(-1)?.slice(4) ?? '', 'base64')));
});

test('what always comes with it', () => {
  const { 'webhook-signature': _, 'shotwire-key-id': __, ...headers } = requestHeaders(letterOf());
  assert.deepEqual(headers, {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Shotwire/1',
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestamp),
    'shotwire-event-id': 'e',
    'shotwire-attempt': '2',
  });
});

test('profile center signs the body with the oldest key that lives, under both names, and says the event in its words', () => {
  const letter = letterOf({ profile: 'center', dialect: 'finished' });
  const headers = requestHeaders(letter);
  assert.equal(headers['X-Signature'], legacySignature(letter.body, oldest));
  assert.equal(headers['X-ScreenshotCenter-Signature'], headers['X-Signature']);
  assert.equal(headers['X-ScreenshotCenter-Event'], 'screenshot.finished');
  assert.equal(requestHeaders(letterOf({ profile: 'center' }))['X-ScreenshotCenter-Event'], 'screenshot.completed');
  for (const profile of ['run', 'standard'] as const)
    assert.ok(Object.keys(requestHeaders(letterOf({ profile }))).every((name) => !name.startsWith('X-')));
});

test('what there is no key for is not signed with it', () => {
  const headers = requestHeaders(letterOf({ profile: 'center', keys: [] }));
  assert.match(headers['webhook-signature'] ?? '', /^v1a,\S+$/);
  assert.deepEqual([headers['X-Signature'], headers['X-ScreenshotCenter-Event']], [undefined, 'screenshot.completed']);
  assert.ok(!('webhook-signature' in requestHeaders(letterOf({ keys: [], instanceKey: undefined }))));
});

test('an owner’s headers go along as they are written', () => {
  const custom = { 'X-My-App': 'a b', Authorization: 'Bearer x', 'x-empty': '' };
  const headers = requestHeaders(letterOf({ custom }));
  for (const [name, value] of Object.entries(custom)) assert.equal(headers[name], value);
});

test('none of ours can be replaced, however it is written', () => {
  for (const profile of profiles) {
    const ours = requestHeaders(letterOf({ profile }));
    const forms = (name: string) => [name, name.toLowerCase(), name.toUpperCase(), name.replaceAll('-', '_'), name.replaceAll('-', '.')];
    const custom = Object.fromEntries(Object.keys(ours).flatMap((name) => forms(name).map((form) => [form, 'evil'])));
    for (const name of Object.keys(custom)) assert.match(headerProblem(name, 'x') ?? '', /set by us/, name);
    assert.deepEqual(requestHeaders(letterOf({ profile, custom })), ours);
  }
});

test('what undici would refuse does not reach it', () => {
  const custom = { 'x-a': 'a\r\nwebhook-id: b', 'x b': 'c', 'x-c': 'ä' };
  assert.deepEqual(requestHeaders(letterOf({ custom })), requestHeaders(letterOf()));
});

for (const name of [
  'Host',
  'content-length',
  'Content-Type',
  'content-encoding',
  'Transfer-Encoding',
  'connection',
  'Keep-Alive',
  'upgrade',
  'TE',
  'trailer',
  'expect',
  'Proxy-Authorization',
  'accept-encoding',
  'date',
  'via',
  'forwarded',
  'X-Forwarded-For',
  'x-forwarded-host',
  'x_forwarded_for',
  'x-real-ip',
  'webhook-anything',
  'svix-id',
  'x-signature',
  'X_Signature',
  'x-screenshotcenter-event',
  'shotwire-attempt',
  'traceparent',
  'tracestate',
  'Cookie',
  'User-Agent',
  'X-HTTP-Method-Override',
  'sec-fetch-site',
])
  test(`${name} is ours to set`, () => assert.equal(headerProblem(name, 'x'), 'must not be a header that is set by us'));

test('other headers are their owner’s', () => {
  for (const name of ['Authorization', 'X-Api-Key', 'x-token', 'Accept', 'X-Webhook-Token', 'cf-access-client-id', 'hosting', 'dates'])
    assert.equal(headerProblem(name, 'x'), undefined, name);
});

test('a name is a token, and a value printable and not too long', () => {
  for (const name of ['', ' ', 'x y', 'x:', 'x\n', 'ä', 'x(1)']) assert.match(headerProblem(name, 'x') ?? '', /^must have a name/, name);
  for (const value of ['a\r\nb', 'a\tb', 'ä', ' a', 'a ', '\u007f', '\0'])
    assert.match(headerProblem('x-a', value) ?? '', /printable/, value);
  assert.equal(headerProblem('x-a', 'x'.repeat(1024)), undefined);
  assert.match(headerProblem('x-a', 'x'.repeat(1025)) ?? '', /at most 1024/);
});
