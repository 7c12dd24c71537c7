import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { BatchStatus, Cache, ScreenshotStatus } from '@shotwire/contract';
import { batchNow, claimSome, completeSome, eventsIn, makeBatch, page, rowsOf } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

test('equal rows share one capture, with a wish outside too, and the batch ends with it', async () => {
  await using house = await openIntake();
  const { screenshot: leader } = await house.client.createScreenshot({ id: randomUUID(), ...page(1), dedupe: true }, acme);
  const batch = await makeBatch(house, [page(1), page(2), page(2), page(1)], { common: { dedupe: true } });
  assert.deepEqual(
    (await rowsOf(house, batch)).map(({ cache }) => cache),
    [Cache.HIT, Cache.MISS, Cache.HIT, Cache.HIT],
  );
  await completeSome(house, 2);
  const ended = await batchNow(house, batch);
  assert.deepEqual([ended.status, ended.completed], [BatchStatus.COMPLETED, 4]);
  assert.equal((await house.client.getScreenshot({ id: leader?.id ?? '' }, acme)).screenshot?.status, ScreenshotStatus.COMPLETED);
});

test('no capture has more than 500 that share it', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(
    house,
    Array.from({ length: 502 }, () => page(1)),
    { common: { dedupe: true } },
  );
  await completeSome(house, 2);
  assert.equal((await batchNow(house, batch)).completed, 502);
});

test('rows take results that are there, and a batch of nothing else ends at once', async () => {
  await using house = await openIntake();
  await makeBatch(house, [page(1), page(2)]);
  await completeSome(house, 2);
  const batch = await makeBatch(house, [page(1), page(2), page(1)], { common: { cacheTtl: 60 } });
  assert.deepEqual([batch.status, batch.completed], [BatchStatus.COMPLETED, 3]);
  const told = (await eventsIn(house)).filter((event) => event.type === 'batch.completed');
  assert.equal(told.length, 2);
  const rows = await rowsOf(house, batch);
  assert.deepEqual(
    rows.map(({ cache, status }) => [cache, status]),
    Array.from({ length: 3 }, () => [Cache.HIT, ScreenshotStatus.COMPLETED]),
  );
});

test('when a batch is cancelled, wishes outside that share its captures get one of their own, with the page that came along', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house, [{ html: '<p>shared' }], { common: { dedupe: true } });
  const { screenshot } = await house.client.createScreenshot({ id: randomUUID(), html: '<p>shared', dedupe: true }, acme);
  assert.equal(screenshot?.cache, Cache.HIT);
  await house.client.cancelBatch({ id: batch.id }, acme);
  const [shot] = await claimSome(house);
  assert.equal(shot?.id, screenshot?.id);
  assert.equal(await shot?.page(), '<p>shared');
});
