import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ArchiveReader } from '@shotwire/archive';
import { type Postgres, rows, touch } from '@shotwire/postgres';
import { createLogger } from '@shotwire/telemetry';
import { eventually, startReceiver } from '@shotwire/testing';
import { keepS3App, keepWebhookApp } from '../apps.fixture.ts';
import { secretTexts } from '../core/secret.ts';
import { attemptsIn, deliveriesIn, eventOf, openTestCourier, openTestPostgres, testSealer } from '../notifier.fixture.ts';
import { accountSecret, webhookContext } from '../sql/secrets.ts';

const secrets = {
  ofApp: 'the-secret-of-the-app',
  beforeRotation: 'the-secret-it-had-before',
  ofRequest: 'the-secret-of-the-request',
  inHeader: 'Bearer the-header-of-the-app',
  inRequestHeader: 'Bearer the-header-of-the-request',
  ofBucket: 'the-secret-key-of-the-bucket',
};
/** Whoever is to be called needs it, so that it is in the database as part of the URL, and nowhere else. */
const query = 'the-token-in-the-query';

const archive: ArchiveReader = { get: () => Promise.resolve({ body: Readable.from([Buffer.from('x')]), size: 1, mimeType: 'image/png' }) };

const sealed = testSealer.seal(
  Buffer.from(JSON.stringify({ secret: secrets.ofRequest, headers: { authorization: secrets.inRequestHeader } })),
  webhookContext('acme'),
);

/** Everything that is in the database, as text: what is bytes there is read as Latin-1 too. */
async function everythingIn(postgres: Postgres, { except = [] }: { except?: readonly string[] } = {}): Promise<string> {
  return postgres.transaction(async (trx) => {
    const tables = await rows<{ name: string }>(trx, `select tablename as name from pg_tables where schemaname = 'notifier'`);
    assert.ok(tables.length >= 8);
    let text = '';
    for (const { name } of tables)
      for (const found of await rows<Record<string, unknown>>(trx, `select * from ${name}`))
        for (const [column, value] of Object.entries(found)) {
          if (except.includes(`${name}.${column}`)) continue;
          text += `${name}.${column}: ${Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)}\n`;
        }
    return text;
  });
}

function startLog() {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', level: 'trace', destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
}

/** Apps and requests with every kind of secret, told of something that fails in every kind of way; the log of it. */
async function failInManyWays({ postgres }: { postgres: Postgres }) {
  const { log, lines } = startLog();
  await using receiver = await startReceiver({ script: [() => ({ status: 500, body: 'no' })] });
  const gone = await startReceiver();
  await gone[Symbol.asyncDispose]();
  await using courier = await openTestCourier({ postgres, log, schedule: [600], archive });
  const bucket = { bucket: 'shots', accessKey: 'key', secretKey: secrets.ofBucket };
  const headers = { authorization: secrets.inHeader };
  const apps = [
    await keepWebhookApp(postgres, { url: `${receiver.url}/a?token=${query}`, headers, secrets: [secrets.beforeRotation, secrets.ofApp] }),
    await keepWebhookApp(postgres, { url: `${gone.url}/a?token=${query}`, headers }),
    await keepWebhookApp(postgres, { url: `http://no-such-name.test/a?token=${query}`, headers }),
    await keepWebhookApp(postgres, { url: `http://10.0.0.1/a?token=${query}`, headers }),
    await keepWebhookApp(postgres, { url: `http://user:${query}@127.0.0.1/a?token=${query}`, headers }),
    await keepS3App(postgres, { ...bucket, endpoint: gone.url }),
  ];
  await courier.keep(eventOf({ url: `${receiver.url}/u?token=${query}`, sealed, apps: Object.fromEntries(apps.map((id) => [id, ''])) }));
  await courier.keep(eventOf({ url: `${gone.url}/u?token=${query}`, sealed }));
  await courier.keep(eventOf({ url: `${receiver.url}/account?token=${query}` }));
  await eventually(async () => assert.ok((await deliveriesIn(postgres)).every(({ lastError, state }) => lastError && state === 'pending')));
  return { lines, receiver };
}

test('no secret and no header lies open in the database or in the log, and no query in the log or in what is told', async () => {
  await using house = await openTestPostgres();
  const { lines, receiver } = await failInManyWays(house);
  const none = () => assert.fail('the account has no secret yet');
  const { sealed: account } = await house.postgres.transaction((trx) =>
    accountSecret(trx, { accountId: 'acme', sealer: testSealer, randomBytes: none }),
  );
  const ofAccount = testSealer.open(account, 'secret acme').toString();
  const everything = await everythingIn(house.postgres);
  const logged = lines.join('');
  assert.ok(lines.length >= 9, `${lines.length} lines`);
  // They were used.
  assert.ok(receiver.requests.some(({ headers }) => headers.authorization === secrets.inHeader));
  assert.ok(receiver.requests.some(({ headers }) => headers.authorization === secrets.inRequestHeader));
  for (const text of [...Object.values(secrets), ofAccount])
    for (const form of [text, Buffer.from(text).toString('base64'), Buffer.from(text).toString('hex'), secretTexts(text).standard]) {
      assert.ok(!everything.includes(form), `${text} is in the database`);
      assert.ok(!logged.includes(form), `${text} is in the log`);
    }
  const told = await everythingIn(house.postgres, { except: ['apps.settings', 'deliveries.url', 'events.payload'] });
  assert.ok(everything.includes(query));
  assert.ok(
    !told.includes(query),
    told.split('\n').find((line) => line.includes(query)),
  );
  assert.ok(
    !logged.includes(query),
    lines.find((line) => line.includes(query)),
  );
  for (const signature of ['X-Amz-Signature', 'v1,', 'v1a,', 'sha256='])
    assert.ok(!logged.includes(signature) && !everything.includes(signature));
});

test('what is sealed opens for its own app or account alone: moved to another, nothing is sent, and it costs no attempt', async () => {
  await using house = await openTestPostgres();
  const { postgres } = house;
  const { log, lines } = startLog();
  await using receiver = await startReceiver();
  await using courier = await openTestCourier({ postgres, log });
  const rich = await keepWebhookApp(postgres, {
    url: receiver.url,
    headers: { authorization: secrets.inHeader },
    secrets: [secrets.ofApp],
  });
  const thief = await keepWebhookApp(postgres, { url: receiver.url, headers: { authorization: 'none' }, secrets: [secrets.ofRequest] });
  for (const sql of [
    `update apps set sealed = (select sealed from apps where id = :rich) where id = :thief`,
    `update secrets set sealed = (select sealed from secrets where owner = :rich) where owner = :thief`,
  ]) {
    await postgres.transaction((trx) => touch(trx, sql, { rich, thief }));
    await courier.keep(eventOf({ apps: { [thief]: '' } }));
  }
  // And what came with the webhook_url of one account says nothing for another.
  await courier.keep(eventOf({ url: receiver.url, sealed, accountId: 'other' }));
  await eventually(async () => assert.ok((await deliveriesIn(postgres)).every(({ lastError }) => lastError)));
  for (const { state, failures, lastError } of await deliveriesIn(postgres))
    assert.deepEqual([state, failures, lastError], ['pending', 0, 'seal_failed']);
  assert.deepEqual(new Set((await attemptsIn(postgres)).map(({ outcome }) => outcome)), new Set(['spared']));
  assert.equal(receiver.requests.length, 0);
  assert.match(lines.join(''), /was changed or belongs elsewhere/);
  assert.ok(!lines.join('').includes(secrets.inHeader));
});
