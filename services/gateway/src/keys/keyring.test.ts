import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startClock, startFaultProxy } from '@shotwire/testing';
import { openDatabase, openLimitedGateway } from '../limits/limited-gateway.fixture.ts';
import { findKeyById } from '../sql/find-key.ts';
import type { ApiKey } from './api-key.ts';
import { createKeyring } from './create-keyring.ts';

const key: ApiKey = { id: '1', accountId: 'one', name: 'first', scopes: ['admin'], domains: [] };

test('a key that was found is believed for 5 s, one that was not is looked up each time', async () => {
  const clock = startClock('2026-01-01T00:00:00Z');
  let lookedUp = 0;
  let there: ApiKey | undefined;
  const findKey = async () => {
    lookedUp++;
    return there;
  };
  const keyring = createKeyring({ findKey, findKeyById: findKey, now: clock.now });
  assert.equal(await keyring.find('key'), undefined);
  there = key;
  assert.equal(await keyring.find('key'), key);
  there = undefined;
  clock.advance(4_999);
  assert.equal(await keyring.find('key'), key);
  assert.equal(lookedUp, 2);
  clock.advance(1);
  assert.equal(await keyring.find('key'), undefined);
  assert.equal(lookedUp, 3);
});

test('those that come at one moment share a look, and a failed one is nobody’s but theirs', async () => {
  const looks: PromiseWithResolvers<ApiKey | undefined>[] = [];
  const findKey = () => {
    const look = Promise.withResolvers<ApiKey | undefined>();
    looks.push(look);
    return look.promise;
  };
  const keyring = createKeyring({ findKey, findKeyById: findKey, now: Date.now });
  const first = Promise.allSettled([keyring.find('key'), keyring.find('key'), keyring.find('key')]);
  assert.equal(looks.length, 1);
  looks[0]?.reject(new Error('away'));
  assert.ok((await first).every(({ status }) => status === 'rejected'));
  const second = Promise.all([keyring.find('key'), keyring.find('key')]);
  looks[1]?.resolve(key);
  assert.deepEqual(await second, [key, key]);
  assert.equal(looks.length, 2);
});

test('a key is forgotten by its id', async () => {
  let lookedUp = 0;
  const findKey = async () => {
    lookedUp++;
    return key;
  };
  const keyring = createKeyring({ findKey, findKeyById: findKey, now: Date.now });
  await keyring.find('key');
  keyring.forget('another');
  await keyring.find('key');
  assert.equal(lookedUp, 1);
  keyring.forget('1');
  await keyring.find('key');
  assert.equal(lookedUp, 2);
});

test('without its database the gateway believes the keys it knows, then answers 503 and never 401', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  const target = new URL(database.url);
  await using proxy = await startFaultProxy({ target: { port: Number(target.port) } });
  target.port = String(proxy.port);
  const clock = startClock(Date.now());
  await using gateway = await openLimitedGateway({ url: target.href, now: clock.now });
  const ask = async (sent = 'key-one') => {
    const { status, headers } = await gateway.ask('GET', '/api/v1/screenshots', { key: sent });
    return [status, headers['retry-after']];
  };
  assert.deepEqual(await ask(), [200, undefined]);

  await proxy[Symbol.asyncDispose]();
  assert.deepEqual(await ask(), [200, undefined]);
  assert.deepEqual(await ask('wrong'), [503, '5']);
  clock.advance(5_000);
  assert.deepEqual(await ask(), [503, '5']);
});

test('that a key was used is written down once a minute, however many gateways and requests', async () => {
  await using database = await openDatabase();
  const { id } = await database.add('key-one');
  const clock = startClock(Date.now());
  await using one = await openLimitedGateway({ url: database.url, now: clock.now });
  await using other = await openLimitedGateway({ url: database.url, now: clock.now });
  const lastUsed = async () =>
    (await database.ask<{ at: string | null }>(`select last_used_at as at from api_keys where id = '${id}'`))?.at;
  const use = async () => {
    // Past what the keyring remembers, so that it is looked up.
    clock.advance(5_000);
    await Promise.all([one, other].flatMap(({ ask }) => Array.from({ length: 5 }, () => ask('GET', '/api/v1/account'))));
  };
  assert.equal(await lastUsed(), null);
  await use();
  const first = await lastUsed();
  assert.ok(first);
  await use();
  assert.equal(await lastUsed(), first);
  await database.change("update api_keys set last_used_at = last_used_at - interval '1 minute'");
  await use();
  assert.ok(((await lastUsed()) ?? '') > first);
});

test('a key is found by its id too, for as long as it is not revoked', async () => {
  await using database = await openDatabase();
  const { id } = await database.add('key-one');
  const findById = () => database.postgres.transaction((trx) => findKeyById(trx, id));
  const keyring = createKeyring({ findKey: async () => undefined, findKeyById: findById, now: Date.now });
  assert.deepEqual(await keyring.findById(id), await database.find('key-one'));
  await database.change('update api_keys set revoked_at = clock_timestamp()');
  assert.equal((await keyring.findById(id))?.id, id, 'it is remembered');
  keyring.forget(id);
  assert.equal(await keyring.findById(id), undefined);
  assert.equal(await keyring.find(id), undefined, 'an id is no key');
});
