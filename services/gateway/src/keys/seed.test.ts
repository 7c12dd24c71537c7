import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openPostgres } from '@shotwire/postgres';
import { openDatabase } from '../limits/limited-gateway.fixture.ts';
import { migrations } from '../sql/migrations.ts';
import { seedKey } from '../sql/seed-key.ts';
import { hashKey } from './hash-key.ts';

test('the key of the settings is the first admin key of the account default, and is stored as a hash', async () => {
  await using database = await openDatabase();
  await database.seed('sk_live_secret');
  const found = await database.find('sk_live_secret');
  assert.deepEqual({ ...found, id: '' }, { id: '', accountId: 'default', name: 'SHOTWIRE_API_KEY', scopes: ['admin'], domains: [] });
  assert.equal(await database.find('another'), undefined);
  const stored = await database.ask('select json_agg(api_keys)::text as rows, count(*) as n from api_keys');
  assert.equal((stored as { n: number }).n, 1);
  assert.doesNotMatch(JSON.stringify(stored), /sk_live/);
});

test('replicas that seed the key at once leave one account and one key', async () => {
  await using database = await openDatabase();
  await using other = await openPostgres({ url: new URL(database.url), pool: 2, schema: 'gateway', migrations });
  const seed = { accountId: 'default', prefix: '', sha256: hashKey('key') };
  const seedOther = () => other.transaction((trx) => seedKey(trx, { id: randomUUID(), ...seed }));
  await Promise.all([database.seed('key'), seedOther(), database.seed('key'), seedOther()]);
  assert.deepEqual(
    await database.ask(
      'select (select count(*) from accounts) as accounts, (select count(*) from api_keys where revoked_at is null) as keys',
    ),
    { accounts: 1, keys: 1 },
  );
});

test('a new key in the settings replaces the one before, and an old one can come back', async () => {
  await using database = await openDatabase();
  await database.seed('old');
  await database.seed('new');
  assert.equal(await database.find('old'), undefined);
  assert.equal((await database.find('new'))?.accountId, 'default');
  await database.seed('old');
  assert.equal((await database.find('old'))?.accountId, 'default');
  assert.equal(await database.find('new'), undefined);
});

test('a key that was made for another account and then put into the settings is the operator’s, with all rights', async () => {
  await using database = await openDatabase();
  await database.add('key', { accountId: 'tenant', scopes: ['read'], domains: ['example.com'] });
  await database.seed('key');
  const { accountId, scopes, domains } = (await database.find('key')) ?? {};
  assert.deepEqual({ accountId, scopes, domains }, { accountId: 'default', scopes: ['admin'], domains: [] });
});

test('keys that were made beside the one of the settings outlive its change', async () => {
  await using database = await openDatabase();
  await database.seed('old');
  await database.add('mine', { accountId: 'default' });
  await database.seed('new');
  assert.equal((await database.find('mine'))?.name, 'mine');
});
