import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { BatchStatus, Method, ScreenshotStatus } from '@shotwire/contract';
import { completeSome, failSome, failsWith, makeBatch, page, pages, rowsOf } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

test('the rows that failed are taken again as a batch of their own', async () => {
  await using house = await openIntake();
  const common = { tags: ['t'], options: { width: 700 }, metadata: { a: 'b' } };
  const batch = await makeBatch(house, pages(3), { common, externalId: 'x', announcement: { webhookUrl: 'https://example.com/' } });
  await assert.rejects(house.client.replayBatch({ id: batch.id, newId: randomUUID() }, acme), failsWith('not_ended'));
  await completeSome(house, 1);
  await failSome(house, 2);
  const asked = { id: batch.id, newId: randomUUID() };
  const { batch: replay } = await house.client.replayBatch(asked, acme);
  assert.deepEqual([replay?.total, replay?.replayOf, replay?.status, replay?.externalId], [2, batch.id, BatchStatus.PROCESSING, 'x']);
  assert.deepEqual(replay?.announcement, batch.announcement);
  assert.deepEqual((await house.client.replayBatch(asked, acme)).batch, replay, 'a call that is repeated is the same batch');
  const failed = await rowsOf(house, batch, { status: ScreenshotStatus.FAILED });
  assert.deepEqual(
    (await rowsOf(house, { id: asked.newId })).map(({ url, retryOf, batchRow, tags, options, metadata }) => [
      url,
      retryOf,
      batchRow,
      tags,
      options?.width,
      metadata,
    ]),
    failed.map(({ url, id }, index) => [url, id, index + 1, ['t'], 700, { a: 'b' }]),
  );
  await completeSome(house, 2);
  await assert.rejects(house.client.replayBatch({ id: asked.newId, newId: randomUUID() }, acme), failsWith('nothing_to_replay'));
  await assert.rejects(house.client.replayBatch({ id: batch.id, newId: batch.id }, acme), failsWith('validation_error', ['new_id']));
});

test('rows whose secrets or pages were not kept are not replayed without them', async () => {
  await using house = await openIntake();
  const secret = { ...page(2), options: { headers: { authorization: 'x' }, method: Method.POST, body: 'x' } };
  for (const row of [secret, { html: '<p>' }]) {
    const batch = await makeBatch(house, [page(1), row]);
    await failSome(house, 2);
    const newId = randomUUID();
    await assert.rejects(house.client.replayBatch({ id: batch.id, newId }, acme), failsWith('wish_gone'));
    await assert.rejects(house.client.getBatch({ id: newId }, acme), failsWith('not_found'));
  }
});
