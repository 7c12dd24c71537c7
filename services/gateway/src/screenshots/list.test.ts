import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListScreenshotsRequest } from '@shotwire/contract';
import { openGateway } from '../gateway.fixture.ts';

test('a walk along the cursors meets every screenshot once, newest first', async () => {
  await using gateway = await openGateway();
  const made: string[] = [];
  for (let n = 0; n < 23; n++) made.unshift((await gateway.make({ url: 'https://example.com', webhook_url: 'https://example.com/' })).id);
  await gateway.make({ url: 'https://example.com' }, 'key-two');
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { status, json } = await gateway.ask('GET', `/api/v1/screenshots?limit=5${cursor && `&cursor=${cursor}`}`);
    assert.equal(status, 200);
    seen.push(...json.data.map(({ id }: { id: string }) => id));
    cursor = json.next_cursor;
  }
  assert.deepEqual(seen, made);
  assert.equal(gateway.desk.asked.length, 5, 'one question to the notifier for each page');
});

test('a page holds 20 unless told otherwise, at most 100', async () => {
  await using gateway = await openGateway();
  for (let n = 0; n < 21; n++) await gateway.make();
  assert.equal((await gateway.ask('GET', '/api/v1/screenshots')).json.data.length, 20);
  const { json } = await gateway.ask('GET', '/api/v1/screenshots?limit=100');
  assert.equal(json.data.length, 21);
  assert.equal(json.next_cursor, null);
});

test('the list can be narrowed to a status', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.make();
  await gateway.complete(id, Buffer.from('x'));
  const { json } = await gateway.ask('GET', '/api/v1/screenshots?status=completed');
  assert.deepEqual(
    json.data.map((one: { id: string; status: string }) => [one.id, one.status]),
    [[id, 'completed']],
  );
  assert.deepEqual((await gateway.ask('GET', '/api/v1/screenshots?status=failed')).json, { data: [], next_cursor: null });
});

test('the list can be narrowed to a url, a tag and a name of its owner, and a page of it is the same', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make({ url: 'https://example.com/a', tags: ['x'], external_id: 'mine', metadata: { k: 'v' } });
  await gateway.make({ url: 'https://example.com/b', tags: ['y'], external_id: 'other' });
  for (const query of ['url=com/a', 'tag=x', 'external_id=mine']) {
    const { json } = await gateway.ask('GET', `/api/v1/screenshots?${query}`);
    assert.deepEqual(
      json.data.map((one: Record<string, unknown>) => [one.id, one.external_id, one.metadata]),
      [[id, 'mine', { k: 'v' }]],
    );
  }
});

test('the list can be narrowed to a batch and to when they were made', async () => {
  let asked: ListScreenshotsRequest | undefined;
  const listScreenshots = async (request: ListScreenshotsRequest) => {
    asked = request;
    return {};
  };
  await using gateway = await openGateway({ intake: { listScreenshots } });
  const batch = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const range = 'created_from=2026-03-09T10:30:00.5Z&created_before=2026-03-09T12:30:00%2B01:00';
  assert.equal((await gateway.ask('GET', `/api/v1/screenshots?batch=${batch}&${range}`)).status, 200);
  const { batchId, createdFrom, createdBefore } = asked ?? assert.fail();
  const at = Date.parse('2026-03-09T10:30:00Z') / 1000;
  assert.deepEqual(
    [batchId, createdFrom?.seconds, createdFrom?.nanos, createdBefore?.seconds],
    [batch, BigInt(at), 500_000_000, BigInt(at + 3_600)],
  );
});

const limits = ['must be a whole number from 1 to 100'];
const cursors = ['must be the next_cursor of the page before'];
const moment = ['must be a moment such as 2026-03-09T10:30:00Z'];
const place = (said: string) => Buffer.from(said).toString('base64url');

const bad: Record<string, Record<string, string[]>> = {
  'limit=0': { limit: limits },
  'limit=101': { limit: limits },
  'limit=1.5': { limit: limits },
  'limit=': { limit: limits },
  'limit=abc': { limit: limits },
  'limit=0x10': { limit: limits },
  'limit=5&limit=6': { limit: limits },
  'status=done': { status: ['must be one of pending, processing, completed, failed, cancelled'] },
  'page=2': { page: ['is unknown; known are limit, status, url, tag, batch, external_id, created_from, created_before, cursor'] },
  'created_from=yesterday': { created_from: moment },
  'created_before=2026-02-30T00:00:00Z': { created_before: moment },
  'tag=%00': { tag: ['must be text without half characters (lone surrogates) and without U+0000'] },
  'cursor=': { cursor: cursors },
  'cursor=abc': { cursor: cursors },
  'cursor=%00': { cursor: ['must be text without half characters (lone surrogates) and without U+0000'] },
  [`cursor=${'x'.repeat(201)}`]: { cursor: ['must be a text of at most 200 characters'] },
  ...Object.fromEntries(['0', '-1', '1.5', '01', String(2n ** 63n)].map((said) => [`cursor=${place(said)}`, { cursor: cursors }])),
  [`cursor=${place('1')}=`]: { cursor: cursors },
  'limit=0&status=x': { limit: limits, status: ['must be one of pending, processing, completed, failed, cancelled'] },
};

for (const [query, details] of Object.entries(bad)) {
  test(`?${query.slice(0, 60)} is refused`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('GET', `/api/v1/screenshots?${query}`);
    assert.equal(status, 422);
    assert.deepEqual(json.error.details, details);
  });
}
