import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyIds, openGateway } from '../gateway.fixture.ts';

test('a key learns its account, its name, what it may, and that nothing is limited', async () => {
  await using gateway = await openGateway();
  const { status, json, headers } = await gateway.ask('GET', '/api/v1/account', { key: 'key-two' });
  assert.equal(status, 200);
  assert.deepEqual(json, {
    id: 'two',
    key: { id: keyIds.two, name: 'first', scopes: ['admin'], domains: [] },
    limits: { requests_per_minute: null, captures_per_month: null },
  });
  assert.deepEqual(
    Object.keys(headers).filter((name) => name.startsWith('ratelimit')),
    [],
  );
});

test('an account learns the secret that its webhooks are signed with', async () => {
  await using gateway = await openGateway();
  const { status, json, headers } = await gateway.ask('GET', '/api/v1/account/signing-secret', { key: 'key-two' });
  assert.equal(status, 200);
  assert.deepEqual(json, { webhook_secret: `whsec_${Buffer.from('two').toString('base64')}` });
  assert.equal(headers['cache-control'], 'no-store');
});

const nothing = { completed: 0, cached: 0, failed: 0, cancelled: 0, bytes: 0 };

test('usage is told by day, with the days on which nothing was, and all together', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('GET', '/api/v1/usage?from=2026-03-09&to=2026-03-11');
  assert.equal(status, 200);
  assert.deepEqual(json, {
    from: '2026-03-09',
    to: '2026-03-11',
    total: { completed: 5, cached: 1, failed: 1, cancelled: 1, bytes: 500 },
    days: [
      { day: '2026-03-09', completed: 3, cached: 1, failed: 1, cancelled: 0, bytes: 300 },
      { day: '2026-03-10', ...nothing },
      { day: '2026-03-11', completed: 2, cached: 0, failed: 0, cancelled: 1, bytes: 200 },
    ],
    now: { open: 5, in_flight: 2, stored_bytes: 5_000_000_000 },
  });
  const ofAnother = await gateway.ask('GET', '/api/v1/usage?from=2026-03-09&to=2026-03-11', { key: 'key-two' });
  assert.deepEqual(ofAnother.json.total, nothing);
});

test('usage is of the last 30 days when no day is named, and of 30 days up to the one that is', async () => {
  await using gateway = await openGateway({ parts: { now: () => Date.parse('2026-03-11T23:59:59.999Z') } });
  const asked = async (query: string) => {
    const { json } = await gateway.ask('GET', `/api/v1/usage${query}`);
    return [json.from, json.to, json.days.length];
  };
  assert.deepEqual(await asked(''), ['2026-02-10', '2026-03-11', 30]);
  assert.deepEqual(await asked('?to=2026-01-30'), ['2026-01-01', '2026-01-30', 30]);
  assert.deepEqual(await asked('?from=2026-03-11'), ['2026-03-11', '2026-03-11', 1]);
  assert.deepEqual(await asked('?from=2025-03-11'), ['2025-03-11', '2026-03-11', 366]);
});

test('days that are none, or too many, are refused by name', async () => {
  await using gateway = await openGateway({ parts: { now: () => Date.parse('2026-03-11T10:00:00Z') } });
  const table = [
    ['from=2026-02-30', 'from'],
    ['to=2026-13-01', 'to'],
    ['from=yesterday', 'from'],
    ['from=2026-03-10&to=2026-03-09', 'from'],
    ['from=2025-03-10', 'from'],
    ['from=2026-03-01&from=2026-03-02', 'from'],
    ['until=2026-03-01', 'until'],
  ];
  for (const [query, field] of table) {
    const { status, json } = await gateway.ask('GET', `/api/v1/usage?${query}`);
    assert.deepEqual([status, json.error.code, Object.keys(json.error.details)], [422, 'VALIDATION_ERROR', [field]], query);
  }
});
