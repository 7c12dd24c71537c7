import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BatchStatus } from '@shotwire/contract';
import { Shotwire } from '../../libs/client/src/index.ts';
import { openDatabase, openLimitedGateway } from '../../services/gateway/src/limits/limited-gateway.fixture.ts';
import { openApp } from '../../services/gateway/src/open-app.ts';

let gateway: Awaited<ReturnType<typeof openLimitedGateway>>;
let shotwire: Shotwire;
const house = new AsyncDisposableStack();
before(async () => {
  const database = house.use(await openDatabase());
  await database.add('key-one');
  gateway = house.use(await openLimitedGateway({ url: database.url }));
  const { port } = house.use(await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 200 }));
  shotwire = new Shotwire({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'key-one' });
});
after(() => house.disposeAsync());

test('a batch is made of URLs and of wishes with options of their own, and its rows come as they end', async () => {
  const rows = [{ url: 'https://example.com/1', width: 400 }, 'https://example.com/2'];
  const common = { format: 'png', external_id: 'list-7' } as const;
  const batch = await shotwire.batch(rows, common);
  const [asked] = gateway.intake.askedBatches;
  assert.deepEqual(
    asked?.rows.map(({ url, options }) => [url, options?.width]),
    [
      ['https://example.com/1', 400],
      ['https://example.com/2', undefined],
    ],
  );
  assert.equal(asked?.externalId, 'list-7');
  const made = [...gateway.intake.screenshots.values()].filter(({ batchId }) => batchId === batch.id);
  for (const [index, { id }] of made.entries()) await gateway.complete(id, Buffer.from(`picture ${index + 1}`));
  Object.assign(gateway.intake.batches.get(batch.id) ?? {}, { status: BatchStatus.COMPLETED, completed: 2 });
  const pictures: unknown[] = [];
  for await (const row of batch) pictures.push([row.batch_row, Buffer.from(await row.image()).toString()]);
  assert.deepEqual(pictures, [
    [1, 'picture 1'],
    [2, 'picture 2'],
  ]);
  assert.deepEqual(await shotwire.followBatch(batch.id).summary(), {
    status: 'completed',
    total: 2,
    completed: 2,
    failed: 0,
    cancelled: 0,
  });
});

test('the same rows under the same key are the same batch; other rows are refused', async () => {
  const making = { idempotencyKey: 'list-8' };
  const [one, again] = [
    await shotwire.batch(['https://example.com'], {}, making),
    await shotwire.batch(['https://example.com'], {}, making),
  ];
  assert.equal(one.id, again.id);
  await assert.rejects(shotwire.batch(['https://example.com/other'], {}, making), { code: 'IDEMPOTENCY_CONFLICT' });
});

test('what is wrong with a row of a batch is told with its number', async () => {
  await assert.rejects(shotwire.batch(['ftp://example.com']), ({ code, fields }) => {
    assert.deepEqual([code, Object.keys(fields)], ['VALIDATION_ERROR', ['requests[0].url']]);
    return true;
  });
});
