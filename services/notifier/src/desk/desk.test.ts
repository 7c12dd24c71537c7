import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { acme, isFailure, openDesk, webhook } from './desk.fixture.ts';

test('who has no account is told nothing but the public keys', async () => {
  await using house = await openDesk();
  const { client } = house;
  const calls = new Map(Object.entries(client));
  calls.delete('listSigningKeys');
  assert.equal(calls.size, 15);
  for (const [name, call] of calls) {
    const request = { id: randomUUID(), app: { id: randomUUID() } };
    await assert.rejects((call as (request: object) => Promise<unknown>)(request), isFailure('invalid_api_key'), name);
  }
  assert.equal((await client.listSigningKeys({})).keys.length, 1);
});

test('what is no id names nothing', async () => {
  await using house = await openDesk();
  const { client } = house;
  await client.createApp({ app: webhook() }, acme);
  for (const id of ['', 'x', "'; drop table apps --", `${randomUUID()}0`, randomUUID()]) {
    const calls = [
      client.getApp({ id }, acme),
      client.updateApp({ app: { id, description: 'x' }, mask: { paths: ['description'] } }, acme),
      client.deleteApp({ id }, acme),
      client.setAppState({ id, state: 1 }, acme),
      client.rotateAppSecret({ id }, acme),
      client.testApp({ id }, acme),
      client.getDelivery({ id }, acme),
      client.redeliver({ id }, acme),
      client.recoverDeliveries({ appId: id || 'x', since: { seconds: BigInt(Math.floor(Date.now() / 1000)) } }, acme),
    ];
    for (const call of await Promise.allSettled(calls))
      assert.ok(call.status === 'rejected' && isFailure('not_found')(call.reason), `${id} ${JSON.stringify(call)}`);
  }
});
