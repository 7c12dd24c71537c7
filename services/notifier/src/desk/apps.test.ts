import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJson } from '@bufbuild/protobuf';
import { AppSchema, AppState, Dialect, Profile } from '@shotwire/contract';
import { row, touch } from '@shotwire/postgres';
import { acme, bucket, isFailure, openDesk, other, problemsOf, webhook } from './desk.fixture.ts';

test('a webhook app has every default filled in, and a secret that is shown this once', async () => {
  await using house = await openDesk();
  const { app, secret } = await house.client.createApp({ app: { description: 'Orders', ...webhook() } }, acme);
  assert.ok(app?.kind.case === 'webhook');
  const { url, profile, dialect, timeout, maxInFlight, rateLimit, events, headers, schedule } = app.kind.value;
  assert.deepEqual(
    [app.description, app.state, url, profile, dialect, timeout, maxInFlight, rateLimit, events, headers, schedule],
    ['Orders', AppState.ENABLED, 'https://receiver.test/hook', Profile.STANDARD, Dialect.DONE, 30, 8, 0, [], {}, []],
  );
  assert.match(secret?.text ?? '', /^[\w-]{43}$/);
  assert.equal(secret?.standard, `whsec_${Buffer.from(secret?.text ?? '').toString('base64')}`);
  const { app: read } = await house.client.getApp({ id: app.id }, acme);
  assert.deepEqual(read, app);
  assert.ok(!JSON.stringify(toJson(AppSchema, app)).includes(secret?.text ?? ''));
});

test('a secret that is given is kept as it is', async () => {
  await using house = await openDesk();
  const { secret } = await house.client.createApp({ app: webhook(), secret: 'a secret of my own' }, acme);
  assert.equal(secret?.text, 'a secret of my own');
});

test('what is secret is shown nowhere and lies open nowhere', async () => {
  await using house = await openDesk();
  const { app: hook } = await house.client.createApp(
    { app: webhook({ headers: { 'x-key': 'hunter2-header' } }), secret: 'hunter2-secret-text' },
    acme,
  );
  const { app: store, secret } = await house.client.createApp({ app: bucket({ secretKey: 'hunter2-key' }) }, acme);
  assert.equal(secret, undefined);
  assert.ok(hook?.kind.case === 'webhook' && store?.kind.case === 's3');
  assert.deepEqual(hook.kind.value.headers, { 'x-key': '•••' });
  assert.deepEqual(
    [store.kind.value.secretKey, store.kind.value.region, store.kind.value.pathTemplate],
    ['', 'us-east-1', '{domain}/{id}.{ext}'],
  );
  const kept = await house.postgres.transaction((trx) =>
    row<{ all: string }>(
      trx,
      `select concat((select string_agg(a::text, '') from apps a), (select string_agg(s::text, '') from secrets s)) as all`,
    ),
  );
  for (const word of ['hunter2', Buffer.from('hunter2').toString('hex')]) assert.ok(!kept?.all.includes(word), word);
  const { apps } = await house.client.listApps({}, acme);
  assert.deepEqual(
    apps.map(({ id }) => id),
    [hook.id, store.id],
  );
});

test('an account sees its own apps and no others', async () => {
  await using house = await openDesk();
  const { app } = await house.client.createApp({ app: webhook() }, acme);
  assert.ok(app);
  const { id } = app;
  assert.deepEqual((await house.client.listApps({}, other)).apps, []);
  const mask = { paths: ['description'] };
  const calls = [
    house.client.getApp({ id }, other),
    house.client.updateApp({ app: { id, description: 'mine' }, mask }, other),
    house.client.setAppState({ id, state: AppState.PAUSED }, other),
    house.client.rotateAppSecret({ id }, other),
    house.client.testApp({ id }, other),
    house.client.deleteApp({ id }, other),
  ];
  for (const call of await Promise.allSettled(calls)) assert.ok(call.status === 'rejected' && isFailure('not_found')(call.reason));
  assert.deepEqual((await house.client.getApp({ id }, acme)).app, app);
});

test('all that is wrong with an app is said at once, by field', async () => {
  await using house = await openDesk();
  const problems = await problemsOf(
    house.client.createApp(
      {
        app: {
          description: 'x'.repeat(501),
          ...webhook({
            url: 'https://me:word@receiver.test/',
            events: ['screenshot.completed', 'screenshot.finished'],
            headers: { Host: 'x', 'x-a': 'é', 'X-Twice': '1', 'x-twice': '2' },
            schedule: [1, -1],
            timeout: 31,
            maxInFlight: 257,
            rateLimit: -1,
            profile: 9,
          }),
        },
        secret: 'short',
      },
      acme,
    ),
  );
  assert.deepEqual(Object.keys(problems ?? {}).sort(), [
    'description',
    'secret',
    'webhook.events[1]',
    'webhook.headers.Host',
    'webhook.headers.x-a',
    'webhook.headers.x-twice',
    'webhook.max_in_flight',
    'webhook.profile',
    'webhook.rate_limit',
    'webhook.schedule[1]',
    'webhook.timeout',
    'webhook.url',
  ]);
  assert.deepEqual(problems?.['webhook.url'], ['The URL must not contain a user name or a password.']);
  assert.deepEqual((await house.client.listApps({}, acme)).apps, []);
});

test('all that is wrong with a bucket is said at once, by field', async () => {
  await using house = await openDesk();
  const app = bucket({
    endpoint: 'https://store.test/path?x=1',
    bucket: 'No Bucket',
    region: '!',
    accessKey: '',
    secretKey: '',
    pathTemplate: '{what}',
    acl: 'mine',
  });
  const problems = await problemsOf(house.client.createApp({ app, secret: 'a secret of my own' }, acme));
  assert.deepEqual(Object.keys(problems ?? {}).sort(), [
    's3.access_key',
    's3.acl',
    's3.bucket',
    's3.endpoint',
    's3.path_template',
    's3.region',
    's3.secret_key',
    'secret',
  ]);
  assert.deepEqual(problems?.secret, ['is for webhooks: a bucket has none']);
});

test('an app is one of both kinds', async () => {
  await using house = await openDesk();
  for (const app of [{}, { description: 'x' }])
    assert.deepEqual(await problemsOf(house.client.createApp({ app }, acme)), { webhook: ['is required, or s3'] });
  assert.deepEqual(await problemsOf(house.client.createApp({}, acme)), { webhook: ['is required, or s3'] });
});

test('an address that may not be called is refused, whatever it is written as and whatever its name resolves to', async () => {
  await using house = await openDesk({
    names: { 'inside.test': { a: ['10.0.0.1'] }, 'mixed.test': { a: ['93.184.215.14', '127.0.0.1'] } },
  });
  const refused: [url: string, sentence: string][] = [
    ['http://receiver.test/', 'The URL must begin with https://.'],
    ['no url', 'The URL is not valid.'],
    ['https://127.0.0.1/', 'This address may not be called.'],
    ['https://0x7f.1/', 'This address may not be called.'],
    ['https://[::ffff:127.0.0.1]/', 'This address may not be called.'],
    ['https://169.254.169.254/', 'This address may not be called.'],
    ['https://inside.test/', 'This address may not be called.'],
    ['https://mixed.test/', 'This address may not be called.'],
    ['https://nowhere.test/', 'The host name could not be resolved.'],
  ];
  for (const [url, sentence] of refused) {
    assert.deepEqual(await problemsOf(house.client.createApp({ app: webhook({ url }) }, acme)), { 'webhook.url': [sentence] }, url);
    assert.deepEqual(
      await problemsOf(house.client.createApp({ app: bucket({ endpoint: url }) }, acme)),
      { 's3.endpoint': [sentence] },
      url,
    );
  }
});

test('what the installation allows is taken', async () => {
  await using house = await openDesk({ allow: ['127.0.0.0/8:8080'], allowHttp: true });
  const { app } = await house.client.createApp({ app: webhook({ url: 'http://127.0.0.1:8080/hook' }) }, acme);
  assert.equal(app?.state, AppState.ENABLED);
});

test('while no name server answers nobody is told that a name is wrong', async () => {
  await using house = await openDesk({ names: { 'receiver.test': { silent: true }, 'shotwire.invalid': { silent: true } } });
  await assert.rejects(house.client.createApp({ app: webhook() }, acme), isFailure('unavailable'));
});

test('an account has a hundred apps at most', async () => {
  await using house = await openDesk();
  await house.postgres.transaction((trx) =>
    touch(
      trx,
      `insert into apps (id, account_id, kind, description, settings)
       select gen_random_uuid(), 'acme', 'webhook', '', '{}' from generate_series(1, 99)`,
    ),
  );
  await house.client.createApp({ app: webhook() }, acme);
  await assert.rejects(house.client.createApp({ app: webhook() }, acme), isFailure('validation_error'));
  await house.client.createApp({ app: webhook() }, other);
});
