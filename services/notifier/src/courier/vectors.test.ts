import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { Dialect, Profile } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { type ReceivedRequest, startReceiver } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { keepWebhookApp } from '../apps.fixture.ts';
import { secretTexts } from '../core/secret.ts';
import { eventOf, openTestCourier, openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { accountSecret, webhookContext } from '../sql/secrets.ts';
import { listPublicKeys } from '../sql/signing-keys.ts';

const given = 'the secret that came with it';
const old = 'the secret of the app before';
const asBytes = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

type Wish = Parameters<typeof eventOf>[0];

interface Row {
  /** What is sent there, and the texts of the secrets that must fit, oldest first. */
  arrange: (postgres: Postgres, url: string) => Promise<{ event: Wish; texts: string[] }>;
  /** The event as X-ScreenshotCenter-Event has it, where there is one. */
  center?: string;
}

const ofApp =
  (values: object, texts: string[]): Row['arrange'] =>
  async (postgres, url) => ({ event: { apps: { [await keepWebhookApp(postgres, { url, secrets: texts, ...values })]: '' } }, texts });

const sealedWith = (secret: string) => testSealer.seal(Buffer.from(JSON.stringify({ secret })), webhookContext('acme'));

async function textOfAccount(postgres: Postgres): Promise<string> {
  const none = () => assert.fail('the account has no secret yet');
  const { owner, sealed } = await postgres.transaction((trx) =>
    accountSecret(trx, { accountId: 'acme', sealer: testSealer, randomBytes: none }),
  );
  return testSealer.open(sealed, `secret ${owner}`).toString();
}

const rows: Record<string, Row> = {
  'webhook_url, secret of the account': { arrange: (_, url) => Promise.resolve({ event: { url }, texts: [] }) },
  'webhook_url, secret of the request': {
    arrange: (_, url) => Promise.resolve({ event: { url, sealed: sealedWith(given) }, texts: [given] }),
  },
  'webhook_url, secret given as bytes': {
    arrange: (_, url) => Promise.resolve({ event: { url, sealed: sealedWith(asBytes) }, texts: [asBytes] }),
  },
  'app, standard': { arrange: ofApp({}, [given]) },
  'app, run': { arrange: ofApp({ profile: Profile.RUN }, [given]) },
  'app, center': { arrange: ofApp({ profile: Profile.CENTER }, [given]), center: 'screenshot.completed' },
  'app, center, dialect finished, in a rotation': {
    arrange: ofApp({ profile: Profile.CENTER, dialect: Dialect.FINISHED }, [old, given]),
    center: 'screenshot.finished',
  },
};

/** What OpenSSL says of the bytes as they came. */
function opensslHmac(body: Buffer, text: string): string {
  const said = execFileSync('openssl', ['dgst', '-sha256', '-hmac', text], { input: body }).toString();
  return said.trim().split(' ').at(-1) ?? '';
}

const keyOf = (text: string) => Buffer.from(secretTexts(text).standard.slice('whsec_'.length), 'base64');

function assertFitsLibraries({ headers, body }: ReceivedRequest, text: string): void {
  const sent = headers as Record<string, string>;
  const payload = body.toString();
  const { standard } = secretTexts(text);
  new Webhook(standard).verify(payload, sent);
  new Webhook(keyOf(text), { format: 'raw' }).verify(payload, sent);
  new SvixWebhook(standard).verify(payload, sent);
  new SvixWebhook(keyOf(text), { format: 'raw' }).verify(payload, sent);

  assert.throws(() => new Webhook(`whsec_${'A'.repeat(32)}`).verify(payload, sent));
  assert.throws(() => new Webhook(standard).verify(`${payload} `, sent));
}

async function assertFitsPublishedKey({ headers, body }: ReceivedRequest, postgres: Postgres): Promise<void> {
  const [published] = await postgres.transaction(listPublicKeys);
  assert.ok(published);
  assert.equal(headers['shotwire-key-id'], published.kid);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: published.publicKey.toString('base64url') };
  const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
  const entry = String(headers['webhook-signature']).split(' ').at(-1) ?? '';
  assert.match(entry, /^v1a,/);
  const signature = Buffer.from(entry.slice('v1a,'.length), 'base64');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  assert.ok(verify(null, signed, key, signature));
  assert.ok(!verify(null, Buffer.concat([signed, Buffer.from(' ')]), key, signature));
}

for (const [name, { arrange, center }] of Object.entries(rows))
  test(`what arrives is genuine, by whatever means it is verified: ${name}`, async () => {
    await using house = await openTestPostgres();
    await using receiver = await startReceiver();
    await using courier = await openTestCourier(house);
    const { event, texts } = await arrange(house.postgres, receiver.url);
    await courier.keep(eventOf(event));
    await receiver.until(({ length }) => length === 1);
    const [request] = receiver.requests;
    assert.ok(request);
    const { headers, body } = request;
    assert.equal(body[0], '{'.charCodeAt(0));
    JSON.parse(body.toString());
    assert.match(String(headers['webhook-id']), /^msg_[A-Za-z0-9]+$/);
    assert.equal(body.length, Number(headers['content-length']));
    const live = texts.length > 0 ? texts : [await textOfAccount(house.postgres)];
    for (const text of live) assertFitsLibraries(request, text);
    assert.equal(String(headers['webhook-signature']).split(' ').length, live.length + 1);
    await assertFitsPublishedKey(request, house.postgres);
    // One value, and so the oldest secret: a receiver that has not changed yet is right.
    const legacy = center && `sha256=${opensslHmac(body, live[0] ?? '')}`;
    const names = ['x-signature', 'x-screenshotcenter-signature', 'x-screenshotcenter-event'];
    assert.deepEqual(
      names.map((header) => headers[header]),
      [legacy, legacy, center],
    );
  });
