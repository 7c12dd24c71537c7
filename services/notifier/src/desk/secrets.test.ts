import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { instantFromTimestamp, instantToMs } from '@shotwire/contract';
import { rows, touch } from '@shotwire/postgres';
import { thumbprint } from '../core/signing-key.ts';
import { testSealer } from '../notifier.fixture.ts';
import { accountSecret, liveSecrets } from '../sql/secrets.ts';
import { instanceKey } from '../sql/signing-keys.ts';
import { acme, bucket, openDesk, other, problemsOf, webhook } from './desk.fixture.ts';

const [first, second, third, fourth] = [
  'the first secret of it',
  'the second secret of it',
  'the third secret of it',
  'the fourth secret of it',
];
const hours = (n: number) => ({ overlap: { seconds: BigInt(n * 3600) } });

async function openWithApp() {
  const house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook(), secret: first }, acme);
  const id = app?.id ?? '';
  const live = async () => {
    const sealed = await house.postgres.transaction((trx) => liveSecrets(trx, { owners: [id, 'nobody'] }));
    return sealed.get(id)?.map((one) => testSealer.open(one, `secret ${id}`).toString());
  };
  const pass = (time: string) =>
    house.postgres.transaction((trx) => touch(trx, `update secrets set expires_at = expires_at - interval '${time}'`));
  return { ...house, id, live, pass, rotate: (given: object) => house.client.rotateAppSecret({ id, ...given }, acme) };
}

test('a secret that is replaced signs for another day, and not a moment longer', async () => {
  await using house = await openWithApp();
  const { secret, oldUntil } = await house.rotate({});
  assert.match(secret?.text ?? '', /^[\w-]{43}$/);
  assert.deepEqual(await house.live(), [secret?.text, first]);
  assert.ok(oldUntil && Math.abs(instantToMs(instantFromTimestamp(oldUntil)) - Date.now() - 86_400_000) < 60_000);
  await house.pass('24 hours');
  assert.deepEqual(await house.live(), [secret?.text]);
});

test('three sign at once, newest first; the oldest makes room', async () => {
  await using house = await openWithApp();
  for (const secret of [second, third]) await house.rotate({ secret, ...hours(168) });
  assert.deepEqual(await house.live(), [third, second, first]);
  const { secret } = await house.rotate({ secret: fourth, ...hours(168) });
  assert.deepEqual(secret, { ...secret, text: fourth, standard: `whsec_${Buffer.from(fourth).toString('base64')}` });
  assert.deepEqual(await house.live(), [fourth, third, second]);
  assert.equal((await house.postgres.transaction((trx) => rows(trx, 'select id from secrets'))).length, 3);
});

test('no overlap ends the old secret now, and whatever came before it', async () => {
  await using house = await openWithApp();
  await house.rotate({ secret: second, ...hours(168) });
  await house.rotate({ secret: third, ...hours(0) });
  assert.deepEqual(await house.live(), [third]);
  assert.deepEqual(await house.postgres.transaction((trx) => rows(trx, 'select expires_at from secrets')), [{ expires_at: null }]);
});

test('an overlap is up to seven days, a secret is 16 characters or more, and a bucket has none', async () => {
  await using house = await openWithApp();
  for (const given of [hours(169), hours(-1), { overlap: { seconds: 604_800n, nanos: 1 } }])
    assert.deepEqual(Object.keys((await problemsOf(house.rotate({ secret: 'short', ...given }))) ?? {}), ['secret', 'overlap']);
  assert.deepEqual(await house.live(), [first]);
  const { app } = await house.client.createApp({ app: bucket() }, acme);
  assert.deepEqual(await problemsOf(house.client.rotateAppSecret({ id: app?.id ?? '' }, acme)), {
    id: ['is a bucket, which has no secret'],
  });
});

test('two who replace a secret at once leave one that lasts', async () => {
  await using house = await openWithApp();
  await Promise.all([1, 2, 3, 4].map(() => house.rotate({})));
  assert.equal((await house.postgres.transaction((trx) => rows(trx, 'select id from secrets where expires_at is null'))).length, 1);
});

test("an account's secret is made on first use, once, and stays", async () => {
  await using house = await openDesk();
  const secrets = await Promise.all(Array.from({ length: 8 }, () => house.client.getSigningSecret({}, acme)));
  const [{ secret } = { secret: '' }] = secrets;
  assert.match(secret, /^whsec_[A-Za-z0-9+/]+={0,2}$/);
  assert.equal(new Set(secrets.map((one) => one.secret)).size, 1);
  assert.notEqual((await house.client.getSigningSecret({}, other)).secret, secret);
  const { owner, sealed } = await house.postgres.transaction((trx) =>
    accountSecret(trx, { accountId: 'acme', sealer: testSealer, randomBytes }),
  );
  assert.equal(`whsec_${testSealer.open(sealed, `secret ${owner}`).toString('base64')}`, secret);
});

test('an installation has one key pair, however many ask for it first, and everybody may know its public half', async () => {
  await using house = await openDesk();
  const make = () => house.postgres.transaction((trx) => instanceKey(trx, { sealer: testSealer, randomBytes }));
  const made = await Promise.all(Array.from({ length: 8 }, make));
  assert.equal(new Set(made.map(({ kid }) => kid)).size, 1);
  const { keys } = await house.client.listSigningKeys({});
  assert.deepEqual(
    keys.map(({ kid, publicKey }) => [kid, Buffer.from(publicKey)]),
    [[made[0]?.kid, made[0]?.publicKey]],
  );
  assert.equal(thumbprint(keys[0]?.publicKey ?? new Uint8Array()), keys[0]?.kid);
  assert.ok(keys[0]?.createdAt);
});

test('the newest key signs, and those before it are still published', async () => {
  await using house = await openDesk();
  const make = () => house.postgres.transaction((trx) => instanceKey(trx, { sealer: testSealer, randomBytes }));
  const old = await make();
  await house.postgres.transaction((trx) => touch(trx, 'create table put_aside as select * from signing_keys'));
  await house.postgres.transaction((trx) => touch(trx, 'delete from signing_keys'));
  const current = await make();
  await house.postgres.transaction((trx) => touch(trx, 'insert into signing_keys select * from put_aside'));
  assert.equal((await make()).kid, current.kid);
  const { keys } = await house.client.listSigningKeys({});
  assert.deepEqual(
    keys.map(({ kid }) => kid),
    [current.kid, old.kid],
  );
});

test('what comes with a webhook_url is sealed, and opens as it was given', async () => {
  await using house = await openDesk();
  const given = { secret: first, headers: { 'x-order': '7' } };
  const { sealed } = await house.client.sealWebhook(given, acme);
  assert.ok(!Buffer.from(sealed).includes(first));
  assert.deepEqual(JSON.parse(testSealer.open(sealed, 'webhook acme').toString()), given);
  const { sealed: headers } = await house.client.sealWebhook({ headers: given.headers }, acme);
  assert.deepEqual(JSON.parse(testSealer.open(headers, 'webhook acme').toString()), { headers: given.headers });
  assert.equal((await house.client.sealWebhook({}, acme)).sealed.length, 0);
  assert.deepEqual(
    Object.keys(
      (await problemsOf(house.client.sealWebhook({ secret: 'x', headers: { host: 'x', 'webhook-id': 'x' } }, acme))) ?? {},
    ).sort(),
    ['headers.host', 'headers.webhook-id', 'secret'],
  );
});
