import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

test('a screenshot is taken back once, and made again as a new one when it has ended', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  const early = await gateway.ask('POST', `/api/v1/screenshots/${id}/retry`);
  assert.deepEqual([early.status, early.json.error.code], [409, 'NOT_ENDED']);
  const taken = await gateway.ask('POST', `/api/v1/screenshots/${id}/cancel`);
  assert.deepEqual([taken.status, taken.json.status], [200, 'cancelled']);
  const twice = await gateway.ask('POST', `/api/v1/screenshots/${id}/cancel`);
  assert.deepEqual([twice.status, twice.json.error.code], [409, 'ALREADY_ENDED']);
  const again = await gateway.ask('POST', `/api/v1/screenshots/${id}/retry`);
  assert.deepEqual([again.status, again.json.status, again.json.retry_of], [202, 'pending', id]);
  assert.equal(again.headers.location, `https://shots.example/base/api/v1/screenshots/${again.json.id}`);
});

for (const act of ['cancel', 'retry'])
  test(`${act} knows neither what is not there nor what is another's`, async () => {
    await using gateway = await openGateway();
    const { id } = await gateway.make();
    assert.equal((await gateway.ask('POST', `/api/v1/screenshots/${id}/${act}`, { key: 'key-two' })).status, 404);
    assert.equal((await gateway.ask('POST', `/api/v1/screenshots/nothing/${act}`)).status, 404);
    assert.equal((await gateway.ask('POST', `/api/v1/screenshots/${id}/${act}`, { key: undefined })).status, 401);
  });
