import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { EventSchema } from '@shotwire/contract';
import { row, touch } from '@shotwire/postgres';
import { eventOf, openTestOutbox } from './events.fixture.ts';
import { announce, claimDue, makeDue, outboxLag, removeReceived } from './outbox.ts';

const everything = { limit: 100, resendAfterS: 10 };

test('what is claimed is what was announced', async () => {
  await using outbox = await openTestOutbox();
  const event = eventOf('screenshot.failed');
  const [due] = await outbox.postgres.transaction(async (trx) => {
    await announce(trx, event);
    return claimDue(trx, everything);
  });
  assert.ok(due);
  assert.deepEqual([due.eventId, due.subject], [event.id, 'shotwire.events.screenshot.failed']);
  assert.deepEqual(fromBinary(EventSchema, due.payload), event);
});

test('an event is announced once', async () => {
  await using outbox = await openTestOutbox();
  const event = eventOf();
  await outbox.postgres.transaction((trx) => announce(trx, event));
  await assert.rejects(
    outbox.postgres.transaction((trx) => announce(trx, event)),
    { kind: 'internal' },
  );
});

test('an event without a receipt is due again after 10 s, then after twice as long each time, 5 min at most', async () => {
  await using outbox = await openTestOutbox();
  await outbox.announce();
  const waits: number[] = [];
  for (let times = 0; times < 8; times++) {
    const wait = await outbox.postgres.transaction(async (trx) => {
      await touch(trx, 'update outbox set next_publish_at = now()');
      assert.equal((await claimDue(trx, everything)).length, 1);
      assert.equal((await claimDue(trx, everything)).length, 0);
      return row<{ s: number }>(trx, 'select extract(epoch from next_publish_at - now())::float8 as s from outbox');
    });
    waits.push(wait?.s ?? 0);
  }
  assert.deepEqual(waits, [10, 20, 40, 80, 160, 300, 300, 300]);
});

test('claimers at once never claim the same event, and the longest due come first', async () => {
  await using outbox = await openTestOutbox();
  const ids = await outbox.announce(100);
  const claimed = await Promise.all(
    Array.from({ length: 5 }, () => outbox.postgres.transaction((trx) => claimDue(trx, { limit: 20, resendAfterS: 10 }))),
  );
  const seen = claimed.flat().map(({ eventId }) => eventId);
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.every((id) => ids.includes(id)));
  assert.ok(claimed.every((part) => part.length <= 20));
});

test('a claimer does not wait for another one', async () => {
  await using outbox = await openTestOutbox();
  await outbox.announce(3);
  const claimed = await outbox.postgres.transaction(async (trx) => [
    (await claimDue(trx, { limit: 2, resendAfterS: 10 })).length,
    (await outbox.postgres.transaction((other) => claimDue(other, everything))).length,
  ]);
  assert.deepEqual(claimed, [2, 1]);
});

test('what could not be published is due again soon; what was received is gone', async () => {
  await using outbox = await openTestOutbox();
  const [unsent, received] = await outbox.announce(2);
  assert.ok(unsent && received);
  await outbox.postgres.transaction(async (trx) => {
    await claimDue(trx, everything);
    await makeDue(trx, [unsent], 0);
    assert.deepEqual(
      (await claimDue(trx, everything)).map(({ eventId }) => eventId),
      [unsent],
    );
    await removeReceived(trx, [received, received, unsent]);
  });
  assert.equal(await outbox.count(), 0);
});

test('the lag is the number of events and the age of the oldest', async () => {
  await using outbox = await openTestOutbox();
  assert.deepEqual(await outbox.postgres.transaction(outboxLag), { events: 0, oldestS: 0 });
  await outbox.announce(2);
  await outbox.postgres.transaction((trx) =>
    touch(
      trx,
      "update outbox set created_at = now() - interval '90 seconds' where event_id = (select min(event_id::text)::uuid from outbox)",
    ),
  );
  const { events, oldestS } = await outbox.postgres.transaction(outboxLag);
  assert.equal(events, 2);
  assert.ok(oldestS >= 90 && oldestS < 100, `${oldestS} s`);
});
