import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Profile } from '@shotwire/contract';
import { eventually } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { keepWebhookApp } from '../apps.fixture.ts';
import { secretTexts } from '../core/secret.ts';
import { eventOf, openTestCourier, openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { webhookContext } from '../sql/secrets.ts';
import { behaves, type Heard, startHostileReceiver } from './hostile-receivers.fixture.ts';

const secret = 'a secret of this app';

const names = [
  ...['host', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'transfer-encoding', 'expect', 'accept-encoding', 'http2-settings'],
  ...['date', 'via', 'max-forwards', 'user-agent', 'forwarded', 'x-real-ip', 'traceparent', 'tracestate', 'baggage'],
  ...['cookie', 'cookie2', 'set-cookie', 'x-http-method', 'x-http-method-override', 'x-method-override', 'x-signature'],
  ...['content-type', 'content-length', 'content-encoding', 'content-md5', 'proxy-authorization', 'proxy-connection', 'sec-fetch-site'],
  ...['x-forwarded-for', 'x-forwarded-host', 'webhook-id', 'webhook-timestamp', 'webhook-signature', 'webhook-delivery'],
  ...['svix-id', 'svix-timestamp', 'svix-signature', 'x-screenshotcenter-signature', 'x-screenshotcenter-event'],
  ...['shotwire-event-id', 'shotwire-attempt', 'shotwire-key-id'],
];

const spellings: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
  (name) => name.replaceAll('-', '_'),
  (name) => name.replaceAll('-', '.'),
  (name) => name.replace('-', '_').toUpperCase(),
];

/** What is ours alone, with values that give it away. */
const ours: Record<string, string> = Object.fromEntries(names.flatMap((name) => spellings.map((spell) => [spell(name), `evil ${name}`])));

/** What is no header, or would be more than one. */
const broken: Record<string, string> = {
  'x-split': 'evil\r\nx-smuggled: evil',
  'x-split-n': 'evil\nx-smuggled: evil',
  'x-split-body': 'evil\r\n\r\nPOST /evil HTTP/1.1',
  'x-nul': 'evil\0',
  'x-latin': 'evil é',
  'x-padded': ' evil ',
  'x-long': 'evil'.repeat(257),
  'x evil': 'evil',
  'x-evil: evil\r\nx-smuggled': 'evil',
  ' webhook-id': 'evil',
  'webhook-id ': 'evil',
  '': 'evil',
};

const harmless = { 'X-Mine': 'this is mine', authorization: 'Bearer of good news', 'x-webhook-id': 'not ours' };

interface Sent {
  event: Parameters<typeof eventOf>[0];
}

/** What a receiver gets raw, as one request. */
async function deliver(arrange: (house: Awaited<ReturnType<typeof openTestPostgres>>, url: string) => Promise<Sent>): Promise<Heard> {
  await using house = await openTestPostgres();
  await using receiver = await startHostileReceiver(behaves);
  await using courier = await openTestCourier(house);
  const { event } = await arrange(house, receiver.url);
  await courier.keep(eventOf(event));
  await eventually(() => receiver.heard.length === 1);
  return receiver.heard[0] ?? assert.fail();
}

function assertOurs({ head, body }: Heard): void {
  assert.doesNotMatch(head, /evil/);
  const [first, ...lines] = head.split('\r\n');
  assert.equal(first, 'POST / HTTP/1.1');
  const pairs = lines.map((line) => /^([^:]+): (.*)$/.exec(line)?.slice(1) ?? assert.fail(line)) as [string, string][];
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  assert.equal(Object.keys(headers).length, pairs.length, 'a header came twice');
  new Webhook(secretTexts(secret).standard).verify(body.toString(), headers);
  for (const [name, value] of Object.entries(harmless)) assert.equal(headers[name.toLowerCase()], value);
  assert.equal(headers['content-length'], String(body.length));
}

const headers = { ...ours, ...harmless };

for (const [name, profile] of Object.entries({ standard: Profile.STANDARD, center: Profile.CENTER, run: Profile.RUN }))
  test(`headers of an app replace none of ours, however they are spelled (${name})`, async () => {
    const heard = await deliver(async ({ postgres }, url) => {
      const id = await keepWebhookApp(postgres, { url, profile, headers, secrets: [secret] });
      return { event: { apps: { [id]: '' } } };
    });
    assertOurs(heard);
    assert.equal(/^X-Signature: sha256=[0-9a-f]{64}$/m.test(heard.head), profile === Profile.CENTER);
  });

test('what is no header, or would be more than one, is left out', async () => {
  const heard = await deliver(async ({ postgres }, url) => {
    const id = await keepWebhookApp(postgres, { url, headers: { ...broken, ...harmless }, secrets: [secret] });
    return { event: { apps: { [id]: '' } } };
  });
  assertOurs(heard);
});

test('webhook_headers of a request replace none of ours either', async () => {
  const sealed = testSealer.seal(Buffer.from(JSON.stringify({ secret, headers })), webhookContext('acme'));
  assertOurs(await deliver((_, url) => Promise.resolve({ event: { url, sealed } })));
});
