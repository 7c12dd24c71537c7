import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { BatchStatus } from '@shotwire/contract';
import {
  batchEventsIn,
  batchNow,
  claimSome,
  completeSome,
  eventsIn,
  failSome,
  failsWith,
  makeBatch,
  pages,
  rowsOf,
} from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

test('the end of the last row is the end of the batch, announced once with what it counts', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house, pages(3), { announcement: { webhookUrl: 'https://example.com/hook' } });
  await completeSome(house, 2);
  await failSome(house, 1);
  const ended = await batchNow(house, batch);
  assert.deepEqual([ended.status, ended.completed, ended.failed, ended.cancelled], [BatchStatus.COMPLETED, 2, 1, 0]);
  assert.ok(ended.endedAt);
  const events = (await eventsIn(house)).filter(({ type }) => type.startsWith('batch.'));
  assert.deepEqual(
    events.map(({ type, batch: told }) => [type, told]),
    [['batch.completed', ended]],
  );
});

test('a batch of which nothing completed has failed', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house);
  await failSome(house, 3);
  assert.equal((await batchNow(house, batch)).status, BatchStatus.FAILED);
  assert.deepEqual(
    (await eventsIn(house)).map(({ type }) => type).filter((type) => type.startsWith('batch.')),
    ['batch.failed'],
  );
});

test('rows that end at the same moment end their batch once', async () => {
  await using house = await openIntake();
  const rows = pages(40);
  const batch = await makeBatch(house, rows);
  await completeSome(house, 40);
  const ended = await batchNow(house, batch);
  assert.deepEqual([ended.completed, ended.status], [40, BatchStatus.COMPLETED]);
  const types = (await eventsIn(house)).map(({ type }) => type);
  assert.deepEqual([types.filter((type) => type === 'batch.completed').length, types.length], [1, 41]);
});

test('cancelling takes back what has not ended, tells of each, and ends the batch', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house);
  await completeSome(house, 1);
  const [inHand] = await claimSome(house);
  const { batch: cancelled } = await house.client.cancelBatch({ id: batch.id }, acme);
  assert.deepEqual([cancelled?.status, cancelled?.completed, cancelled?.cancelled], [BatchStatus.CANCELLED, 1, 2]);
  assert.equal(await inHand?.complete(), false, 'whoever has one in hand cannot finish it');
  assert.equal((await eventsIn(house)).filter(({ type }) => type === 'screenshot.cancelled').length, 2);
  assert.equal((await eventsIn(house)).filter(({ type }) => type === 'batch.completed').length, 1, 'one of it completed');
  await assert.rejects(house.client.cancelBatch({ id: batch.id }, acme), failsWith('already_ended'));
  await assert.rejects(house.client.cancelBatch({ id: randomUUID() }, acme), failsWith('not_found'));
});

test('cancelling against completion: each row ends once, and so does the batch, whoever comes first', async () => {
  await using house = await openIntake();
  for (let round = 0; round < 8; round++) {
    const batch = await makeBatch(house, pages(6));
    const shots = await claimSome(house, 6);
    const [answer] = await Promise.allSettled([house.client.cancelBatch({ id: batch.id }, acme), ...shots.map((shot) => shot.complete())]);
    const ended = await batchNow(house, batch);
    assert.equal((ended.completed ?? 0) + (ended.cancelled ?? 0), 6);
    assert.ok(answer.status === 'fulfilled' || ended.completed === 6);
    const told = await batchEventsIn(house, batch);
    assert.equal(told.length, 1);
  }
});

test('two that cancel a batch at once, and one that deletes and cancels its rows, do not wait for each other for ever', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house, pages(60));
  const rows = await rowsOf(house, batch);
  const outcomes = await Promise.allSettled([
    house.client.cancelBatch({ id: batch.id }, acme),
    house.client.cancelBatch({ id: batch.id }, acme),
    ...rows.slice(0, 20).map(({ id }) => house.client.deleteScreenshot({ id }, acme)),
    ...rows.slice(20, 40).map(({ id }) => house.client.cancelScreenshot({ id }, acme)),
  ]);
  const kinds = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { kind: string }).kind] : []));
  assert.deepEqual(
    [...new Set(kinds)].filter((kind) => kind !== 'already_ended'),
    [],
  );
  const ended = await batchNow(house, batch);
  assert.deepEqual([ended.status, ended.cancelled], [BatchStatus.CANCELLED, 60]);
  assert.equal((await eventsIn(house)).length, 61);
});

test('a batch whose rows are deleted or cancelled one by one ends with the last of them', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house);
  const [first, second, third] = await rowsOf(house, batch);
  await house.client.deleteScreenshot({ id: first?.id ?? '' }, acme);
  await house.client.cancelScreenshot({ id: second?.id ?? '' }, acme);
  assert.equal((await batchNow(house, batch)).status, BatchStatus.PROCESSING);
  await house.client.cancelScreenshot({ id: third?.id ?? '' }, acme);
  const ended = await batchNow(house, batch);
  assert.deepEqual([ended.status, ended.cancelled, ended.total], [BatchStatus.FAILED, 3, 3]);
  assert.equal((await eventsIn(house)).filter(({ type }) => type === 'batch.failed').length, 1);
});
