import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { BatchStatus, ProblemSchema, ScreenshotStatus } from '@shotwire/contract';
import { openGateway } from '../gateway.fixture.ts';
import { openDatabase, openLimitedGateway } from '../limits/limited-gateway.fixture.ts';

const urls = ['https://example.com/a', 'https://example.com/b', 'https://example.com/c'];
const path = '/api/v1/batches';

type Gateway = Awaited<ReturnType<typeof openGateway>>;

const makeBatch = async ({ ask }: Gateway, body: object = { urls }) => (await ask('POST', path, { body })).json;
const rowsOf = ({ intake }: Gateway, id: string) => [...intake.screenshots.values()].filter(({ batchId }) => batchId === id);

function endBatch({ intake }: Gateway, id: string, more: object): void {
  Object.assign(intake.batches.get(id) ?? assert.fail(), { status: BatchStatus.COMPLETED, ...more });
}

test('a batch is read by its id, and the list shows the newest first, a page at a time and by status', async () => {
  await using gateway = await openGateway();
  const made = [await makeBatch(gateway), await makeBatch(gateway), await makeBatch(gateway)];
  assert.deepEqual((await gateway.ask('GET', `${path}/${made[0].id}`)).json, made[0]);
  endBatch(gateway, made[1].id, { completed: 3 });
  const { json: first } = await gateway.ask('GET', `${path}?limit=2`);
  const { json: second } = await gateway.ask('GET', `${path}?limit=2&cursor=${first.next_cursor}`);
  assert.deepEqual(
    [...first.data, ...second.data].map(({ id }) => id),
    made.map(({ id }) => id).reverse(),
  );
  assert.equal(second.next_cursor, null);
  const { json: ended } = await gateway.ask('GET', `${path}?status=completed`);
  assert.deepEqual(
    ended.data.map(({ id, completed, download_url }: Record<string, unknown>) => [id, completed, download_url]),
    [[made[1].id, 3, `https://shots.example/base/api/v1/batches/${made[1].id}/download`]],
  );
});

test('the rows of a batch come in their order, a page at a time and by status', async () => {
  await using gateway = await openGateway();
  const { id } = await makeBatch(gateway);
  await gateway.make();
  const [, second] = rowsOf(gateway, id);
  Object.assign(second ?? assert.fail(), {
    status: ScreenshotStatus.FAILED,
    problem: create(ProblemSchema, { code: 'TIMEOUT', message: 'It took too long.' }),
  });
  const { json: first } = await gateway.ask('GET', `${path}/${id}/screenshots?limit=2`);
  const { json: rest } = await gateway.ask('GET', `${path}/${id}/screenshots?limit=2&cursor=${first.next_cursor}`);
  assert.deepEqual(
    [...first.data, ...rest.data].map(({ url }) => url),
    urls,
  );
  const { json: failed } = await gateway.ask('GET', `${path}/${id}/screenshots?status=failed`);
  assert.deepEqual(
    failed.data.map(({ url, error }: Record<string, unknown>) => [url, error]),
    [[urls[1], { code: 'TIMEOUT', message: 'It took too long.' }]],
  );
});

test('a batch is cancelled once', async () => {
  await using gateway = await openGateway();
  const { id } = await makeBatch(gateway);
  const cancelled = await gateway.ask('POST', `${path}/${id}/cancel`);
  assert.deepEqual([cancelled.status, cancelled.json.status, cancelled.json.cancelled], [200, 'cancelled', 3]);
  const twice = await gateway.ask('POST', `${path}/${id}/cancel`);
  assert.deepEqual([twice.status, twice.json.error.code], [409, 'ALREADY_ENDED']);
});

test('the failed rows of a batch that has ended are replayed as a batch of their own, the same one for the same Idempotency-Key', async () => {
  await using database = await openDatabase();
  await database.add('key-one');
  await using gateway = await openLimitedGateway({ url: database.url });
  const { id } = await makeBatch(gateway);
  const replay = (headers = {}) => gateway.ask('POST', `${path}/${id}/replay`, { headers });
  assert.deepEqual([(await replay()).status, (await replay()).json.error.code], [409, 'NOT_ENDED']);
  endBatch(gateway, id, { completed: 3 });
  assert.equal((await replay()).json.error.code, 'NOTHING_TO_REPLAY');
  endBatch(gateway, id, { completed: 2, failed: 1 });
  Object.assign(rowsOf(gateway, id)[2] ?? assert.fail(), { status: ScreenshotStatus.FAILED });
  const { status, headers, json } = await replay({ 'idempotency-key': 'again' });
  assert.deepEqual([status, json.replay_of, json.total, json.status], [202, id, 1, 'processing']);
  assert.equal(headers.location, `https://shots.example/base/api/v1/batches/${json.id}`);
  assert.deepEqual(
    rowsOf(gateway, json.id).map(({ url }) => url),
    [urls[2]],
  );
  assert.equal((await replay({ 'idempotency-key': 'again' })).json.id, json.id);
});

for (const [method, rest] of [
  ['GET', ''],
  ['GET', '/screenshots'],
  ['GET', '/download'],
  ['POST', '/cancel'],
  ['POST', '/replay'],
] as const) {
  test(`${method} ${path}/{id}${rest}: 404 for what is not there or is another's, 401 without a key`, async () => {
    await using gateway = await openGateway();
    const { id } = await makeBatch(gateway);
    for (const [asked, key] of [
      [id, 'key-two'],
      [randomUUID(), 'key-one'],
      ['nothing', 'key-one'],
    ] as const) {
      const { status, json } = await gateway.ask(method, `${path}/${asked}${rest}`, { key });
      assert.deepEqual([status, json.error.code], [404, 'NOT_FOUND'], asked);
    }
    assert.equal((await gateway.ask(method, `${path}/${id}${rest}`, { key: undefined })).status, 401);
  });
}

test('a query that says nothing sensible is refused by its field', async () => {
  await using gateway = await openGateway();
  const { id } = await makeBatch(gateway);
  for (const list of [path, `${path}/${id}/screenshots`])
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=many', 'limit'],
      ['status=over', 'status'],
      ['cursor=!', 'cursor'],
    ]) {
      const { status, json } = await gateway.ask('GET', `${list}?${query}`);
      assert.deepEqual([status, Object.keys(json.error.details)], [422, [field]], `${list}?${query}`);
    }
});
