import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Profile } from '@shotwire/contract';
import type { Postgres } from '@shotwire/postgres';
import { type ReceivedRequest, startReceiver } from '@shotwire/testing';
import { letterOf } from '../../libs/client/src/cli/listen/letter.ts';
import { type Jwks, verifyWebhook } from '../../libs/client/src/index.ts';
import { keepWebhookApp, ofCenter, oldSecret, sealSecret } from '../../services/notifier/src/apps.fixture.ts';
import { eventOf, openTestCourier, openTestPostgres, testSealer } from '../../services/notifier/src/notifier.fixture.ts';
import { accountSecret, rotateSecret, secretContext } from '../../services/notifier/src/sql/secrets.ts';
import { listPublicKeys } from '../../services/notifier/src/sql/signing-keys.ts';

const newSecret = `whsec_${randomBytes(32).toString('base64')}`;
const refused = { name: 'ShotwireError', code: 'WEBHOOK_REFUSED' };

interface Sending {
  app?: Parameters<typeof keepWebhookApp>[1];
  /** Before it goes out. */
  before?: (postgres: Postgres, appId: string) => Promise<unknown>;
}

/** What a courier sends to a webhook_url, or to an app, and what it is verified with. */
async function sent({ app, before }: Sending = {}): Promise<ReceivedRequest & { accountKey: string; jwks: Jwks }> {
  await using house = await openTestPostgres();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier(house);
  const id = app && (await keepWebhookApp(house.postgres, { ...app, url: receiver.url }));
  if (id) await before?.(house.postgres, id);
  await courier.keep(id ? eventOf({ apps: { [id]: '' } }) : eventOf({ url: receiver.url }));
  await receiver.until((requests) => requests.length === 1);
  const [sealed, keys] = await house.postgres.transaction(async (trx) => [
    await accountSecret(trx, { accountId: 'acme', sealer: testSealer, randomBytes }),
    await listPublicKeys(trx),
  ]);
  return {
    ...(receiver.requests[0] as ReceivedRequest),
    accountKey: testSealer.open(sealed.sealed, secretContext('acme')).toString(),
    jwks: { keys: keys.map(({ publicKey }) => ({ kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') })) },
  };
}

for (const [name, app] of [
  ['run', undefined],
  ['center', { ...ofCenter }],
  ['standard', { profile: Profile.STANDARD }],
] as const)
  test(`what the notifier sends by the profile ${name} verifies by the secret and by the public key; nothing else of it does`, async () => {
    const { body, headers, accountKey, jwks } = await sent(app ? { app } : {});
    const secret = app ? oldSecret : accountKey;
    const verified = await verifyWebhook({ body, headers, secret });
    assert.equal(verified.id, headers['webhook-id']);
    assert.equal(verified.type, 'screenshot.completed');
    assert.deepEqual(verified.payload, JSON.parse(body.toString()));
    assert.equal(
      (await verifyWebhook({ body: body.toString(), headers: new Headers(headers as Record<string, string>), jwks })).id,
      verified.id,
    );

    const tampered = body.toString().replace('completed', 'Completed');
    for (const by of [{ secret }, { jwks }]) {
      await assert.rejects(verifyWebhook({ body: tampered, headers, ...by }), refused);
      await assert.rejects(verifyWebhook({ body, headers: { ...headers, 'webhook-id': `msg_${'0'.repeat(32)}` }, ...by }), refused);
      await assert.rejects(verifyWebhook({ body, headers: { ...headers, 'webhook-signature': 'v1,AAAA v1a,AAAA x v1' }, ...by }), refused);
      await assert.rejects(verifyWebhook({ body, headers: {}, ...by }), refused);
    }
    await assert.rejects(verifyWebhook({ body, headers, secret: 'another secret of these tests' }), refused);
    await assert.rejects(verifyWebhook({ body, headers, jwks: { keys: [] } }), refused);
  });

test('a webhook of another time is refused, unless the clocks may differ so much', async (t) => {
  const { body, headers, accountKey: secret } = await sent();
  const now = Number(headers['webhook-timestamp']) * 1000;
  for (const [offS, toleranceS, isFine] of [
    [299, 300, true],
    [302, 300, false],
    [-302, 300, false],
    [3_600, 7_200, true],
  ] as const) {
    t.mock.timers.enable({ apis: ['Date'], now: now + offS * 1000 });
    const verifying = verifyWebhook({ body, headers, secret, toleranceS });
    await (isFine ? verifying : assert.rejects(verifying, refused));
    t.mock.timers.reset();
  }
  const moved = { ...headers, 'webhook-timestamp': String(now / 1000 + 1) };
  await assert.rejects(verifyWebhook({ body, headers: moved, secret }), refused);
});

test('while one secret takes the place of another, who knows either one verifies, and so does who knows both', async () => {
  const { body, headers } = await sent({
    app: ofCenter,
    before: (postgres, id) => postgres.transaction((trx) => rotateSecret(trx, { ...sealSecret(id, newSecret), overlapS: 3_600 })),
  });
  for (const secret of [oldSecret, newSecret, ['one that is not known here', newSecret]]) await verifyWebhook({ body, headers, secret });
});

test('X-Signature verifies where it is asked for, and has no id', async () => {
  const { body, headers } = await sent({ app: ofCenter });
  const plain = { 'x-signature': headers['x-signature'] };
  const wanted = { body, headers: plain, secret: oldSecret, scheme: 'x-signature' } as const;
  assert.equal((await verifyWebhook(wanted)).id, undefined);
  await assert.rejects(verifyWebhook({ ...wanted, body: `${body} ` }), refused);
  await assert.rejects(verifyWebhook({ ...wanted, headers: { 'X-Signature': `sha256=${'0'.repeat(64)}` } }), refused);
  await assert.rejects(verifyWebhook({ ...wanted, headers: {} }), refused);
  await assert.rejects(verifyWebhook({ ...wanted, headers: { 'x-signature': 'sha256=zz' } }), refused);
});

test('a secret that is none is a mistake of the program, not of the webhook', async () => {
  const { body, headers } = await sent();
  for (const secret of ['', 'whsec_', 'whsec_!']) await assert.rejects(verifyWebhook({ body, headers, secret }), TypeError);
});

test('what `shotwire listen` forwards is what a webhook_url gets, but for what the installation signs', async () => {
  const { body, headers, accountKey: secret } = await sent();
  const said = JSON.parse(body.toString());
  const nowMs = Date.parse(said.sent_at);
  const forwarded = letterOf({ id: '7', type: said.event, data: said.data }, { secret, nowMs });
  assert.equal(forwarded.body.replace(/\d{3}Z"\}$/, ''), body.toString().replace(/\d{3}Z"\}$/, ''));
  const ofEachConnection = ['host', 'connection', 'content-length', 'shotwire-key-id'];
  const names = Object.keys(headers).filter((name) => !ofEachConnection.includes(name));
  assert.deepEqual(Object.keys(forwarded.headers).toSorted(), names.toSorted());
  const fresh = letterOf({ id: '7', type: said.event, data: said.data }, { secret, nowMs: Date.now() });
  assert.equal((await verifyWebhook({ ...fresh, secret })).id, forwarded.headers['webhook-id']);
});
