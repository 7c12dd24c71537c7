import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { BatchStatus, Priority } from '@shotwire/contract';
import { touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { completeSome, failsWith, makeBatch, page, pages, rowsOf } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

test('a batch is rows of priority batch, in their order, and it says of itself what it was told', async () => {
  await using house = await openIntake();
  const more = {
    externalId: 'spring',
    announcement: { webhookUrl: 'https://example.com/hook' },
    common: { tags: ['a'], metadata: { k: 'v' } },
  };
  const batch = await makeBatch(house, pages(3), more);
  assert.deepEqual(
    [batch.status, batch.total, batch.externalId, batch.announcement?.webhookUrl],
    [1, 3, 'spring', 'https://example.com/hook'],
  );
  const rows = await rowsOf(house, batch);
  assert.deepEqual(
    rows.map(({ url, batchRow, batchId, priority, tags, metadata }) => [url, batchRow, batchId, priority, tags, metadata]),
    [1, 2, 3].map((n) => [page(n - 1).url, n, batch.id, Priority.BATCH, ['a'], { k: 'v' }]),
  );
  assert.deepEqual((await house.client.getBatch({ number: batch.number }, acme)).batch, batch);
  assert.equal(house.committed(), 1);
});

test('a row says what it wants, and where it says nothing all say it; options go one by one', async () => {
  await using house = await openIntake();
  const rows = [
    { url: 'https://example.com/a', options: { width: 375 }, priority: Priority.INTERACTIVE, tags: ['own'] },
    { html: '<p>' },
    { url: 'https://example.com/c', options: { darkMode: false } },
  ];
  const batch = await makeBatch(house, rows, { common: { options: { width: 800, darkMode: true }, tags: ['all'], externalId: 'x' } });
  assert.deepEqual(
    (await rowsOf(house, batch)).map(({ options, tags, priority, externalId }) => [
      options?.width,
      options?.darkMode,
      tags,
      priority,
      externalId,
    ]),
    [
      [375, true, ['own'], Priority.INTERACTIVE, 'x'],
      [800, true, ['all'], Priority.BATCH, 'x'],
      [800, false, ['all'], Priority.BATCH, 'x'],
    ],
  );
});

test('what is wrong is named by its row, or once when all say it, and nothing is kept', async () => {
  await using house = await openIntake();
  const refused = async (request: object, ...fields: string[]) => {
    await assert.rejects(house.client.createBatch({ id: randomUUID(), ...request }, acme), failsWith('validation_error', fields));
  };
  await refused({ rows: [page(1), {}, { ...page(3), options: { width: 1 } }] }, 'requests[1].url', 'requests[2].width');
  await refused({ rows: [page(1), page(2)], common: { options: { width: 1 } } }, 'width');
  await refused(
    { rows: [page(1), { ...page(2), options: { selector: 'a' } }], common: { options: { fullPage: true } } },
    'requests[1].selector',
  );
  await refused({ rows: [] }, 'requests');
  await refused({ rows: pages(10_001) }, 'requests');
  await refused({ rows: [page(1)], externalId: 'x'.repeat(129) }, 'external_id');
  await refused({ rows: [page(1)], crawl: { startUrl: 'https://example.com/' } }, 'crawl');
  await refused({ crawl: {} }, 'crawl.start_url');
  assert.deepEqual((await house.client.listBatches({ limit: 10 }, acme)).batches, []);
  assert.deepEqual((await house.client.listScreenshots({ limit: 10 }, acme)).screenshots, []);
});

test('a call that is repeated is the same batch, also when both come at once', async () => {
  await using house = await openIntake();
  const asked = { id: randomUUID(), rows: [page(1), page(2)] };
  const [first, second] = await Promise.all([house.client.createBatch(asked, acme), house.client.createBatch(asked, acme)]);
  assert.deepEqual(first, second);
  assert.equal((await rowsOf(house, asked)).length, 2);
  await assert.rejects(house.client.createBatch(asked, { context: { account: 'other' } }), failsWith('validation_error', ['id']));
  await assert.rejects(house.client.getBatch({ id: asked.id }, { context: { account: 'other' } }), failsWith('not_found'));
});

test('a crawl begins with its first page', async () => {
  await using house = await openIntake();
  const crawl = { startUrl: 'https://example.com/start', domain: 'Example.com' };
  const { batch } = await house.client.createBatch({ id: randomUUID(), crawl, common: { options: { width: 500 } } }, acme);
  assert.deepEqual(
    [
      batch?.total,
      batch?.crawl?.startUrl,
      batch?.crawl?.domain,
      batch?.crawl?.maxUrls,
      batch?.crawl?.ignoreRobots,
      batch?.crawl?.discovered,
    ],
    [1, crawl.startUrl, 'example.com', 100, false, 1],
  );
  const [first] = await rowsOf(house, batch ?? assert.fail());
  assert.deepEqual([first?.url, first?.batchRow, first?.options?.width], [crawl.startUrl, 1, 500]);
  await makeBatch(house);
  assert.deepEqual((await house.client.listBatches({ limit: 10, crawls: true }, acme)).batches, [batch]);
  assert.equal((await house.client.listBatches({ limit: 10, crawls: false }, acme)).batches.length, 1);
});

test('batches are listed newest first, page by page, and by status', async () => {
  await using house = await openIntake();
  const made = [];
  for (let n = 0; n < 5; n++) made.unshift((await makeBatch(house)).id);
  const first = await house.client.listBatches({ limit: 2 }, acme);
  const second = await house.client.listBatches({ limit: 3, after: first.next }, acme);
  assert.deepEqual(
    [...first.batches, ...second.batches].map(({ id }) => id),
    made,
  );
  assert.equal(second.next, 0n);
  assert.equal((await house.client.listBatches({ limit: 2, offset: 3 }, acme)).batches[0]?.id, made[3]);
  await house.client.cancelBatch({ id: made[0] as string }, acme);
  assert.deepEqual(
    (await house.client.listBatches({ limit: 9, status: BatchStatus.CANCELLED }, acme)).batches.map(({ id }) => id),
    made.slice(0, 1),
  );
  assert.equal((await house.client.listBatches({ limit: 9, status: BatchStatus.PROCESSING }, acme)).batches.length, 4);
});

test('a batch has room as a whole or not at all', async () => {
  await using house = await openIntake({ pendingPerAccount: 5 });
  const full = failsWith('account_full');
  await assert.rejects(makeBatch(house, pages(6)), full);
  assert.deepEqual((await house.client.listScreenshots({ limit: 10 }, acme)).screenshots, []);
  const [first, second] = await Promise.allSettled([makeBatch(house), makeBatch(house)]);
  assert.deepEqual([first.status, second.status].sort(), ['fulfilled', 'rejected'], 'two at once are counted one after the other');
  await house.client.createScreenshot({ id: randomUUID(), ...page(1) }, acme);
  await house.client.createScreenshot({ id: randomUUID(), ...page(1) }, acme);
  await assert.rejects(house.client.createScreenshot({ id: randomUUID(), ...page(1) }, acme), full);
  await house.client.createScreenshot({ id: randomUUID(), ...page(1) }, { context: { account: 'other' } });
  await completeSome(house, 1);
  await house.client.createScreenshot({ id: randomUUID(), ...page(1) }, acme);
});

test('what dies between leaves a batch or none', async () => {
  await using house = await openIntake();
  const asked = { id: randomUUID(), rows: [...pages(1_200), { html: '<p>' }] };
  // The page of the last row cannot be written: by then all others are.
  await house.postgres.transaction(async (trx) => {
    await touch(trx, 'lock table screenshot_sources in access exclusive mode');
    const call = assert.rejects(house.client.createBatch(asked, acme), failsWith('unavailable'));
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query like 'insert into screenshot_sources%'`;
    await eventually(async () => (await house.postgres.transaction((other) => touch(other, end))) === 1);
    await call;
  });
  assert.deepEqual((await house.client.listScreenshots({ limit: 10 }, acme)).screenshots, []);
  assert.equal((await house.client.createBatch(asked, acme)).batch?.total, 1_201);
});
