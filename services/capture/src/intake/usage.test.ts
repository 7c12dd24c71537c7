import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { touch } from '@shotwire/postgres';
import { claimSome, completeSome, failSome, failsWith, makeBatch, page, pages, rowsOf } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

const today = () => new Date().toISOString().slice(0, 10);
const daysBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

test('what ended is counted by day, however it ended, and what is there now beside it', async () => {
  await using house = await openIntake();
  const usage = async () => house.client.getUsage({ from: daysBefore(1), to: daysBefore(-1) }, acme);
  assert.deepEqual((await usage()).days, []);
  const batch = await makeBatch(house, pages(6));
  await completeSome(house, 2);
  await failSome(house, 1);
  const [inHand] = await claimSome(house);
  const { days, open, inFlight, storedBytes } = await usage();
  const plain = { $typeName: 'shotwire.capture.v1.UsageOfDay', day: today(), cached: 0 };
  assert.deepEqual(days, [{ ...plain, completed: 2, failed: 1, cancelled: 0, bytes: 246n }]);
  assert.deepEqual([open, inFlight, storedBytes], [3, 1, 246n]);

  await inHand?.complete();
  await house.client.cancelBatch({ id: batch.id }, acme);
  const taken = await makeBatch(house, [page(0), page(0), page(1)], { common: { cacheTtl: 60 } });
  assert.equal(taken.completed, 3);
  const later = await usage();
  assert.deepEqual(later.days, [{ ...plain, completed: 6, cached: 3, failed: 1, cancelled: 2, bytes: 6n * 123n }]);
  assert.deepEqual([later.open, later.inFlight, later.storedBytes], [0, 0, 369n], 'what several show is kept once');
  assert.deepEqual((await house.client.getUsage({ from: today(), to: today() }, { context: { account: 'other' } })).days, []);
});

test('what is swept away is kept no longer', async () => {
  await using house = await openIntake();
  const batch = await makeBatch(house);
  await completeSome(house, 3);
  const [first] = await rowsOf(house, batch);
  await house.postgres.transaction((trx) =>
    touch(trx, 'update screenshots set image_removed_at = image_remove_at, image_remove_at = null where id = :id', { id: first?.id ?? '' }),
  );
  assert.equal((await house.client.getUsage({ from: today(), to: today() }, acme)).storedBytes, 246n);
});

test('days are added up over all who count, each day for itself, the oldest first', async () => {
  await using house = await openIntake();
  const add = `insert into usage_days (account_id, day, stripe, completed, bytes)
               select 'acme', day::date, stripe, 1, 10 from unnest('{2026-03-10,2026-03-09,2026-03-07}'::text[]) day, generate_series(0, 3) stripe`;
  await house.postgres.transaction((trx) => touch(trx, add));
  const { days } = await house.client.getUsage({ from: '2026-03-08', to: '2026-03-10' }, acme);
  assert.deepEqual(
    days.map(({ day, completed, bytes }) => [day, completed, bytes]),
    [
      ['2026-03-09', 4, 40n],
      ['2026-03-10', 4, 40n],
    ],
  );
});

test('what is no range of days is refused', async () => {
  await using house = await openIntake();
  const ask = (from: string, to: string) => house.client.getUsage({ from, to }, acme);
  await assert.rejects(ask('', '2026-02-30'), failsWith('validation_error', ['from', 'to']));
  await assert.rejects(ask('2026-03-10', '2026-03-09'), failsWith('validation_error', ['to']));
  await assert.rejects(ask('2024-03-10', '2026-03-09'), failsWith('validation_error', ['to']));
  await assert.rejects(house.client.getUsage({ from: randomUUID(), to: '2026-03-09' }, acme), failsWith('validation_error', ['from']));
});
