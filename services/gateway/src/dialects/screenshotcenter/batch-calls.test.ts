import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type Batch, BatchSchema, BatchStatus, instantFromMs, instantToTimestamp } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { openGateway } from '../../gateway.fixture.ts';

const moment = instantToTimestamp(instantFromMs(Date.parse('2026-03-09T10:30:00Z')));
const { seconds } = moment;

/** A gateway before batches that are there already, all of the account `one`. */
async function openWith(given: readonly MessageInitShape<typeof BatchSchema>[]) {
  const batches = given.map((one, at) => {
    const id = `00000000-0000-4000-8000-0000000000${at + 10}`;
    return create(BatchSchema, { id, number: BigInt(at + 1), status: BatchStatus.PROCESSING, createdAt: moment, total: 3, ...one });
  });
  function find({ id, number }: { id: string; number?: bigint }, account: string | undefined): Batch {
    const found = batches.find((one) => (number ? one.number === number : one.id === id));
    if (!found || account !== 'one') throw new Failure('not_found');
    return found;
  }
  const gateway = await openGateway({
    intake: {
      getBatch: async (named, { account }) => ({ batch: find(named, account) }),
      cancelBatch: async (named, { account }) => {
        const batch = find(named, account);
        batch.status = BatchStatus.CANCELLED;
        return { batch };
      },
      listBatches: async ({ limit, offset, crawls }, { account }) => ({
        batches: (account === 'one' ? batches : [])
          .filter(({ crawl }) => (crawl !== undefined) === crawls)
          .toReversed()
          .slice(offset, offset + limit),
      }),
    },
  });
  const call = async (path: string, parameters: Record<string, string> = {}, key = 'key-one') => {
    const answer = await gateway.app.inject(`/api/v1${path}?${new URLSearchParams({ key, ...parameters })}`);
    return { status: answer.statusCode, json: answer.json() };
  };
  return { gateway, call, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

const crawl = { startUrl: 'https://shop.example/a', maxUrls: 10, discovered: 4 };

test('a batch and a crawl are shown as their types have them', async () => {
  await using house = await openWith([{ completed: 1, failed: 1 }, { crawl }]);
  assert.deepEqual((await house.call('/batch/info', { id: '1' })).json.data, {
    id: 1,
    status: 'processing',
    error: null,
    started: Number(seconds),
    finished: null,
    count: 3,
    processed: 2,
    failed: 1,
    zip_url: null,
    uuid: '00000000-0000-4000-8000-000000000010',
  });
  const { data } = (await house.call('/crawl/info', { id: '2' })).json;
  const { domain, start_url, max_urls, total_discovered, screenshots } = data;
  assert.deepEqual([domain, start_url, max_urls, total_discovered, screenshots], ['shop.example', crawl.startUrl, 10, 4, []]);
});

test('what became of a batch is finished or error', async () => {
  const ended = [BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.CANCELLED];
  await using house = await openWith([...ended.map((status) => ({ status, endedAt: moment })), { status: BatchStatus.CANCELLED, crawl }]);
  const shown = [];
  for (const id of ['1', '2', '3']) shown.push((await house.call('/batch/info', { id })).json.data);
  assert.deepEqual(
    shown.map(({ status, error, finished }) => [status, error, finished]),
    [
      ['finished', null, Number(seconds)],
      ['error', 'No screenshot of it completed.', Number(seconds)],
      ['error', 'Canceled', Number(seconds)],
    ],
  );
  assert.equal((await house.call('/crawl/info', { id: '4' })).json.data.status, 'cancelled');
});

test('a crawl is no batch, a batch is no crawl, and neither is of another account', async () => {
  await using house = await openWith([{}, { crawl }]);
  for (const act of ['info', 'cancel']) {
    assert.equal((await house.call(`/batch/${act}`, { id: '2' })).status, 404);
    assert.equal((await house.call(`/crawl/${act}`, { id: '1' })).status, 404);
    assert.equal((await house.call(`/batch/${act}`, { id: '1' }, 'key-two')).status, 404);
    for (const bad of [{}, { id: 'x' }, { id: '0' }, { id: '1', other: '2' }])
      assert.equal((await house.call(`/batch/${act}`, bad)).status, 422, JSON.stringify(bad));
  }
  const ids = async (path: string, parameters = {}) => (await house.call(path, parameters)).json.data.map(({ id }: { id: number }) => id);
  assert.deepEqual([await ids('/batch/list'), await ids('/crawl/list')], [[1], [2]]);
  assert.deepEqual(await ids('/batch/list', { limit: '1', offset: '1' }), []);
  assert.equal((await house.call('/batch/list', { limit: '101' })).status, 422);
});

test('a batch is taken back once, as the JavaScript SDK asks for it', async () => {
  await using house = await openWith([{}]);
  // fetch says text/plain of a string that nobody gave a type.
  const cancel = () =>
    house.gateway.app.inject({
      method: 'POST',
      url: '/api/v1/batch/cancel?key=key-one',
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      payload: '{"id":1}',
    });
  const first = await cancel();
  assert.deepEqual([first.statusCode, first.json().data.error], [200, 'Canceled']);
  const again = await cancel();
  assert.deepEqual([again.statusCode, again.json().code], [409, 'ALREADY_ENDED']);
});
