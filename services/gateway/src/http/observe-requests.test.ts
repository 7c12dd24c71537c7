import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';

test('each request is one line and one count, without its query and its key', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.ask('GET', `/api/v1/screenshots/${id}?token=hidden`, { headers: { 'x-request-id': 'mine' } });
  await gateway.ask('GET', '/hidden/key-one');
  await gateway.ask('GET', '/api/v1/screenshots/%ff?hidden');
  await gateway.ask('PUT', '/api/v1/screenshots');
  const requests = await eventually(() => {
    const found = gateway.lines.filter(({ msg }) => msg === 'request');
    assert.equal(found.length, 5);
    return found;
  });
  assert.deepEqual(
    requests.map(({ level, method, route, path, status, account }) => [level, method, route, path, status, account]),
    [
      ['info', 'POST', '/api/v1/screenshots', '/api/v1/screenshots', 202, 'one'],
      ['info', 'GET', '/api/v1/screenshots/:id', `/api/v1/screenshots/${id}`, 200, 'one'],
      ['info', 'GET', 'unknown', undefined, 404, undefined],
      ['info', 'GET', 'unknown', undefined, 404, undefined],
      ['info', 'PUT', '/api/v1/screenshots', '/api/v1/screenshots', 405, undefined],
    ],
  );
  assert.equal(requests[1]?.requestId, 'mine');
  assert.doesNotMatch(JSON.stringify(gateway.lines), /hidden|key-one/);
  const { text } = await gateway.metrics.expose();
  const counted = 'http_server_duration_seconds_count{service="gateway",method="GET",route="/api/v1/screenshots/:id",status="200"} 1';
  assert.ok(
    text.split('\n').includes(counted),
    text
      .split('\n')
      .filter((line) => line.includes('_count'))
      .join('\n'),
  );
});
