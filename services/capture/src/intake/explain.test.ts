import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { toJson } from '@bufbuild/protobuf';
import { Format, OptionsSchema } from '@shotwire/contract';
import { row } from '@shotwire/postgres';
import { failsWith, type House } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

const url = 'https://example.com/';
const explain = ({ client }: House, wish: object) => client.explainScreenshot({ wish: { url, ...wish } }, acme);

test('a wish is explained with every default, without its secrets, and nothing is kept', async () => {
  await using house = await openIntake();
  const options = { device: 'mobile', headers: { a: 'hunter2' }, fullPage: true };
  const told = await explain(house, { options });
  assert.ok(told.options?.isMobile && told.options.hasTouch && told.options.timeout && told.options.deviceScaleFactor);
  assert.ok(!JSON.stringify(toJson(OptionsSchema, told.options)).includes('hunter2'));
  assert.deepEqual((await house.client.listScreenshots({ limit: 10 }, acme)).screenshots, []);
  assert.equal(house.committed(), 0);
  await assert.rejects(explain(house, { options: { width: 1 } }), failsWith('validation_error', ['width']));
});

test('the cache key is that of the wish when it is made, equal for equal ones', async () => {
  await using house = await openIntake();
  const { cacheKey } = await explain(house, { options: { width: 1280 } });
  assert.equal((await explain(house, {})).cacheKey, cacheKey);
  assert.notEqual((await explain(house, { options: { width: 1281 } })).cacheKey, cacheKey);
  const id = randomUUID();
  await house.client.createScreenshot({ id, url }, acme);
  const find = "select encode(fingerprint, 'hex') as key from screenshots where id = :id";
  assert.deepEqual(await house.postgres.transaction((trx) => row(trx, find, { id })), { key: cacheKey });
});

test('what its owner may not expect is said', async () => {
  await using house = await openIntake();
  const said = async (wish: object) => (await explain(house, wish)).warnings.join('\n');
  assert.equal(await said({}), '');
  assert.match(await said({ options: { clip: { x: 0, y: 0, width: 3_000, height: 20_000 } } }), /taken in 2 parts/);
  assert.match(await said({ options: { fullPage: true, width: 3_000 } }), /higher than 16000 pixels is taken in parts/);
  assert.match(await said({ options: { fullPage: true, format: Format.WEBP } }), /higher than 16383 pixels cannot be taken/);
  assert.match(
    await said({ options: { clip: { x: 0, y: 0, width: 17_000, height: 10 }, format: Format.WEBP } }),
    /webp takes at most 16383/,
  );
  assert.match(await said({ cacheTtl: 7_200 }), /kept for 3600 seconds/);
  assert.match(await said({ options: { headers: { a: '1' } } }), /cannot be retried/);
  assert.match(await said({ url: '', html: '<p>' }), /cannot be retried/);
  assert.equal(await said({ options: { format: Format.PDF } }), '');
});

test('an address that may not be called is named as such, and a name that nobody asked DNS about is not', async () => {
  await using house = await openIntake();
  assert.match((await explain(house, { url: 'http://169.254.169.254/' })).blocked, /may not be called/);
  assert.match((await explain(house, { url: 'http://localhost/' })).blocked, /may not be called/);
  assert.equal((await explain(house, {})).blocked, '');
});
