import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { FindingsSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { row } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { log, openStores, wish } from '../capture.fixture.ts';
import { claimScreenshots } from '../sql/claim-screenshots.ts';
import { deleteScreenshot } from '../sql/delete-screenshot.ts';
import { completeScreenshot } from '../sql/end-screenshot.ts';
import type { Camera, Capture } from './camera.ts';
import { openSweeper } from './open-sweeper.ts';
import { endless, openTestStudio, picture, queued, reaches, stateOf, stored, subjectsOf } from './studio.fixture.ts';

test('a wish becomes a stored image, a completed screenshot and one event', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  await using _studio = openTestStudio(stores, { shoot: async () => picture });
  await reaches(stores, id, 'completed');
  assert.deepEqual(await subjectsOf(stores), ['shotwire.events.screenshot.completed']);
  assert.deepEqual(await queued(stores), []);
  assert.deepEqual(await stored(stores), [`images/${id.slice(0, 2)}/${id}.png`, `images/${id.slice(0, 2)}/${id}.report.json`]);
});

test('a page that cannot be captured fails once, with its code', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  let shots = 0;
  await using _studio = openTestStudio(stores, {
    shoot: async () => {
      shots += 1;
      throw new Failure('dns_failed');
    },
  });
  assert.equal((await reaches(stores, id, 'failed'))?.problem_code, 'DNS_FAILED');
  assert.deepEqual(await subjectsOf(stores), ['shotwire.events.screenshot.failed']);
  assert.equal(shots, 1);
});

test('a browser that is lost costs another try, four in all, the last two in browsers of its own', async () => {
  await using stores = await openStores();
  let shots: (boolean | undefined)[] = [];
  const lossy = (losses: number): Camera => ({
    shoot: async ({ alone }) => {
      shots.push(alone);
      if (shots.length <= losses) throw new Failure('browser_lost');
      return picture;
    },
  });
  {
    await using _studio = openTestStudio(stores, lossy(2));
    await reaches(stores, await wish(stores), 'completed');
    assert.deepEqual(shots, [false, false, true]);
  }
  shots = [];
  await using _studio = openTestStudio(stores, lossy(9));
  assert.equal((await reaches(stores, await wish(stores), 'failed'))?.problem_code, 'BROWSER_LOST');
  assert.deepEqual(shots, [false, false, true, true]);
});

test('a capture ends at its limit in time, in words for its owner', async () => {
  await using stores = await openStores();
  const id = await wish(stores, { options: { timeout: 1 } });
  await using _studio = openTestStudio(stores, endless);
  const seen = await reaches(stores, id, 'failed');
  assert.deepEqual(seen, { status: 'failed', problem_code: 'TIMEOUT', problem_message: 'Page load timed out after 1 second.' });
});

test('a store that is away postpones the screenshot rather than failing it', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const put = async () => {
    throw new Failure('storage_failed');
  };
  await using _studio = openTestStudio(stores, { shoot: async () => picture }, { archive: { put } });
  await eventually(async () => {
    const item = await stores.postgres.transaction((trx) =>
      row<{ later: boolean; claims: number }>(trx, 'select due_at > now() as later, claims from lane_items'),
    );
    assert.deepEqual(item, { later: true, claims: 1 });
  });
  assert.equal((await stateOf(stores, id))?.status, 'pending');
  assert.deepEqual(await subjectsOf(stores), []);
});

test('a studio that closes hands back what it cannot finish, and nothing is counted against it', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const studio = openTestStudio(stores, endless, { graceMs: 50 });
  await reaches(stores, id, 'processing');
  await studio[Symbol.asyncDispose]();
  assert.equal((await stateOf(stores, id))?.status, 'pending');
  const item = await stores.postgres.transaction((trx) => row(trx, 'select claim_id, claims from lane_items'));
  assert.deepEqual(item, { claim_id: null, claims: 0 });
});

test('a studio that closes finishes what it can', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const released = Promise.withResolvers<Capture>();
  const studio = openTestStudio(stores, { shoot: () => released.promise }, { graceMs: 5_000 });
  await reaches(stores, id, 'processing');
  const closed = studio[Symbol.asyncDispose]();
  released.resolve(picture);
  await closed;
  assert.equal((await stateOf(stores, id))?.status, 'completed');
});

test('what a silent studio held is taken over by another; the first can no longer finish', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const claimId = randomUUID();
  // The silent studio: it claims for a moment, and never renews.
  const [claimed] = await stores.postgres.transaction((trx) => claimScreenshots(trx, { claimId, limit: 1, roomPerLane: 1, leaseS: 0.2 }));
  assert.ok(claimed);
  await using _studio = openTestStudio(stores, { shoot: async () => picture }, { leaseS: 0.3 });
  await reaches(stores, id, 'completed');
  const image = { mimeType: 'image/png', fileSize: 1, width: 1, height: 1, processingTimeMs: 1 };
  const result = { ...image, artefacts: [], findings: create(FindingsSchema), reportKey: '' };
  const late = await stores.postgres.transaction((trx) =>
    completeScreenshot(trx, { held: claimed.claim, result, retentionHours: 1, newEventId: () => randomUUID() }),
  );
  assert.equal(late, false);
  assert.equal((await subjectsOf(stores)).length, 1);
});

test('a screenshot that keeps losing its studio fails in the end', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  for (let claims = 1; claims < 5; claims += 1) {
    await stores.postgres.transaction((trx) => claimScreenshots(trx, { claimId: randomUUID(), limit: 1, roomPerLane: 1, leaseS: -1 }));
    if (claims < 4) await stores.postgres.transaction((trx) => trx.raw('update lane_items set claim_id = null, lease_until = null'));
  }
  await stores.postgres.transaction((trx) => trx.raw('update lane_items set claims = 5'));
  await using _studio = openTestStudio(stores, { shoot: async () => picture }, { leaseS: 0.3 });
  assert.equal((await reaches(stores, id, 'failed'))?.problem_code, 'CAPTURE_LOST');
});

test('a lease is renewed for as long as a capture lasts', async () => {
  await using stores = await openStores();
  const id = await wish(stores, { options: { timeout: 2 } });
  await using first = openTestStudio(stores, endless, { leaseS: 0.6 });
  await reaches(stores, id, 'processing');
  let taken = false;
  const second: Camera = {
    shoot: async () => {
      taken = true;
      return picture;
    },
  };
  await using _second = openTestStudio(stores, second, { leaseS: 0.6 });
  assert.equal((await reaches(stores, id, 'failed'))?.problem_code, 'TIMEOUT');
  assert.equal(taken, false);
  assert.ok(first);
});

test('a screenshot deleted while it is captured is cancelled, told of once, and leaves no image', async () => {
  await using stores = await openStores();
  const { postgres, archive } = stores;
  const id = await wish(stores);
  const released = Promise.withResolvers<Capture>();
  await using studio = openTestStudio(stores, { shoot: () => released.promise });
  await reaches(stores, id, 'processing');
  const deleted = () =>
    postgres.transaction((trx) => deleteScreenshot(trx, { id, accountId: 'acme', newEventId: () => randomUUID(), leaseS: 0 }));
  assert.equal(await deleted(), true);
  assert.equal(await deleted(), false);
  released.resolve(picture);
  await studio[Symbol.asyncDispose]();
  assert.deepEqual(await subjectsOf(stores), ['shotwire.events.screenshot.cancelled']);
  await using _sweeper = openSweeper({ postgres, archive, log, everyMs: 50 });
  await eventually(async () => {
    assert.deepEqual(await stored(stores), []);
    assert.equal(await stateOf(stores, id), undefined);
  });
});

test('an image goes when its time is over, and the screenshot stays', async () => {
  await using stores = await openStores();
  const { postgres, archive } = stores;
  const id = await wish(stores);
  await using _studio = openTestStudio(stores, { shoot: async () => picture });
  await reaches(stores, id, 'completed');
  await using _sweeper = openSweeper({ postgres, archive, log, everyMs: 50 });
  assert.equal((await stored(stores)).length, 2);
  await postgres.transaction((trx) => trx.raw('update screenshots set image_remove_at = now()'));
  await eventually(async () => assert.deepEqual(await stored(stores), []));
  assert.equal((await stateOf(stores, id))?.status, 'completed');
});

test('one account with a long queue does not hold up another, even with a single slot', async () => {
  await using stores = await openStores();
  for (let n = 0; n < 30; n += 1) await wish(stores, { accountId: 'greedy' });
  const id = await wish(stores, { accountId: 'modest' });
  const order: string[] = [];
  const camera: Camera = {
    shoot: async (shot) => {
      order.push(shot.id);
      return picture;
    },
  };
  await using _studio = openTestStudio(stores, camera, { slots: 1 });
  await reaches(stores, id, 'completed');
  assert.ok(order.indexOf(id) <= 1, `it came as number ${order.indexOf(id) + 1}`);
});
