import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { create, fromBinary } from '@bufbuild/protobuf';
import { AnnouncementSchema, type Event, EventSchema } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { row, rows } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { log, openStores, wish } from '../capture.fixture.ts';
import { deleteScreenshot } from '../sql/delete-screenshot.ts';
import { findScreenshot } from '../sql/find-screenshots.ts';
import type { Camera, Capture } from './camera.ts';
import { openSweeper } from './open-sweeper.ts';
import { openTestStudio, picture, queued, reaches, type Stores, stateOf, stored } from './studio.fixture.ts';

const dedupe = { dedupe: true };
const find = ({ postgres }: Stores, id: string) => postgres.transaction((trx) => findScreenshot(trx, { id, accountId: 'acme' }));
const remove = ({ postgres }: Stores, id: string) =>
  postgres.transaction((trx) => deleteScreenshot(trx, { id, accountId: 'acme', newEventId: () => randomUUID(), leaseS: 0 }));
const keysOf = (id: string) => ['png', 'report.json'].map((rest) => `images/${id.slice(0, 2)}/${id}.${rest}`);

async function events({ postgres }: Stores): Promise<Event[]> {
  const found = await postgres.transaction((trx) => rows<{ payload: Buffer }>(trx, 'select payload from outbox order by created_at'));
  return found.map(({ payload }) => fromBinary(EventSchema, payload));
}

async function told(stores: Stores): Promise<string[]> {
  return (await events(stores)).map(({ type, screenshot }) => `${screenshot?.id} ${type}`);
}

/** A camera that counts, and holds its captures until told. */
function openCounting({ held = false, fails = false } = {}) {
  const release = Promise.withResolvers<void>();
  if (!held) release.resolve();
  const shots: { id: string; html: string | undefined }[] = [];
  const camera: Camera = {
    shoot: async ({ id, html }, signal): Promise<Capture> => {
      shots.push({ id, html });
      await Promise.race([
        release.promise,
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      ]);
      if (fails) throw new Failure('dns_failed');
      return picture;
    },
  };
  return { camera, shots, release };
}

test('a hundred equal wishes at once cost one capture, and each ends with its result and its own event', async () => {
  await using stores = await openStores();
  const { camera, shots } = openCounting();
  const ids = await Promise.all(Array.from({ length: 100 }, () => wish(stores, dedupe)));
  assert.equal((await queued(stores)).length, 1);
  await using _studio = openTestStudio(stores, camera);
  for (const id of ids) await reaches(stores, id, 'completed');
  assert.equal(shots.length, 1);
  const leader = shots[0]?.id ?? '';
  const found = await Promise.all(ids.map((id) => find(stores, id)));
  assert.deepEqual(new Set(found.map((one) => one?.imageKey)), new Set([keysOf(leader)[0]]));
  assert.deepEqual(new Set(found.map((one) => one?.reportKey)), new Set([keysOf(leader)[1]]));
  assert.deepEqual(
    found.filter((one) => one?.cache === 'miss').map((one) => one?.id),
    [leader],
  );
  assert.deepEqual((await told(stores)).sort(), ids.map((id) => `${id} screenshot.completed`).sort());
});

test('each that shares a result has an announcement and tags of its own, in its event too', async () => {
  await using stores = await openStores();
  const { camera } = openCounting();
  const own = (name: string) => ({
    announcement: create(AnnouncementSchema, { webhookUrl: `https://${name}.example/`, webhookSealed: Buffer.from(name) }),
    tags: [name],
  });
  const first = await wish(stores, { ...dedupe, ...own('first') });
  const second = await wish(stores, { ...dedupe, ...own('second') });
  const silent = await wish(stores, dedupe);
  const gone = await wish(stores, { ...dedupe, ...own('gone') });
  await remove(stores, gone);
  await using _studio = openTestStudio(stores, camera);
  await reaches(stores, first, 'completed');
  const cached = await wish(stores, { cacheTtlS: 60, ...own('cached') });
  const nobody = { announcement: undefined, tags: [] as string[] };
  const expected = new Map<string, unknown>([
    [`screenshot.completed ${first}`, own('first')],
    [`screenshot.completed ${second}`, own('second')],
    [`screenshot.completed ${silent}`, nobody],
    [`screenshot.cancelled ${gone}`, own('gone')],
    [`screenshot.completed ${cached}`, own('cached')],
  ]);
  const seen = (await events(stores)).map(({ type, screenshot }) => [
    `${type} ${screenshot?.id}`,
    { announcement: screenshot?.announcement, tags: screenshot?.tags },
  ]);
  assert.deepEqual(new Map(seen as never), expected);
  assert.deepEqual((await find(stores, cached))?.announcement, own('cached').announcement);
});

test('what fails for one fails for those that share its capture', async () => {
  await using stores = await openStores();
  const ids = [await wish(stores, dedupe), await wish(stores, dedupe)];
  const { camera, shots } = openCounting({ fails: true });
  await using _studio = openTestStudio(stores, camera);
  for (const id of ids) assert.equal((await reaches(stores, id, 'failed'))?.problem_code, 'DNS_FAILED');
  assert.equal(shots.length, 1);
  assert.equal((await told(stores)).length, 2);
});

test('wishes that did not ask for it, of another account, or of other options have captures of their own', async () => {
  await using stores = await openStores();
  await wish(stores);
  await wish(stores);
  assert.equal((await queued(stores)).length, 2);
  await wish(stores, dedupe);
  assert.equal((await queued(stores)).length, 2, 'one that asks may share the capture of one that did not');
  await wish(stores, { ...dedupe, accountId: 'other' });
  await wish(stores, { ...dedupe, options: { width: 640 } });
  await wish(stores, { ...dedupe, options: { headers: { a: '1' } } });
  await wish(stores, { ...dedupe, options: { headers: { a: '2' } } });
  assert.equal((await queued(stores)).length, 6);
});

test('one that joins while the capture is under way ends with it; one that comes after has its own', async () => {
  await using stores = await openStores();
  const { camera, shots, release } = openCounting({ held: true });
  const first = await wish(stores, dedupe);
  await using _studio = openTestStudio(stores, camera);
  await eventually(() => shots.length === 1);
  const second = await wish(stores, dedupe);
  release.resolve();
  await reaches(stores, first, 'completed');
  assert.equal((await stateOf(stores, second))?.status, 'completed');
  const third = await wish(stores, dedupe);
  await reaches(stores, third, 'completed');
  assert.deepEqual(
    shots.map(({ id }) => id),
    [first, third],
  );
});

test('nobody is forgotten who joins while the capture ends', async () => {
  await using stores = await openStores();
  const { camera } = openCounting();
  await using studio = openTestStudio(stores, camera);
  for (let round = 0; round < 5; round += 1) {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const id = await wish(stores, dedupe);
        if (n % 3 === 0) studio.wake();
        return id;
      }),
    );
    for (const id of ids) await reaches(stores, id, 'completed');
  }
});

test('when the first is cancelled the next gets a capture of its own, with the page that came along', async () => {
  await using stores = await openStores();
  const page = { ...dedupe, url: '', html: '<p>' };
  const ids: string[] = [];
  for (const priority of ['batch', 'batch', 'interactive'] as const) ids.push(await wish(stores, { ...page, priority }));
  const [first, second, third] = ids as [string, string, string];
  assert.ok(await remove(stores, first));
  assert.deepEqual(await queued(stores), [{ item_id: second }]);
  const { camera, shots } = openCounting();
  await using _studio = openTestStudio(stores, camera);
  await reaches(stores, second, 'completed');
  await reaches(stores, third, 'completed');
  assert.deepEqual(shots, [{ id: second, html: '<p>' }]);
  assert.deepEqual([(await find(stores, second))?.cache, (await find(stores, third))?.cache], ['miss', 'hit']);
  assert.deepEqual((await told(stores)).length, 3);
});

test('one that only shared and is cancelled takes nothing from the others', async () => {
  await using stores = await openStores();
  const [first, second] = [await wish(stores, dedupe), await wish(stores, dedupe)];
  assert.ok(await remove(stores, second));
  const { camera } = openCounting();
  await using _studio = openTestStudio(stores, camera);
  await reaches(stores, first, 'completed');
  assert.deepEqual(await told(stores), [`${second} screenshot.cancelled`, `${first} screenshot.completed`]);
});

test('a wish that someone waits for makes the batch work that it shares more urgent', async () => {
  await using stores = await openStores();
  await wish(stores, { ...dedupe, priority: 'batch' });
  await wish(stores, dedupe);
  const items = await stores.postgres.transaction((trx) => rows(trx, 'select priority from lane_items'));
  assert.deepEqual(items, [{ priority: 2 }]);
});

test('a result that is new enough is taken at once, as often as asked, and never grows newer by that', async () => {
  await using stores = await openStores();
  const cached = { cacheTtlS: 60 };
  const { camera, shots } = openCounting();
  await using _studio = openTestStudio(stores, camera);
  const first = await wish(stores, cached);
  await reaches(stores, first, 'completed');
  assert.equal((await find(stores, first))?.cache, 'miss');
  const second = await wish(stores, cached);
  const { status, cache, imageKey, reportKey, fileSize } = (await find(stores, second)) ?? assert.fail();
  assert.deepEqual([status, cache, imageKey, reportKey, fileSize], ['completed', 'hit', ...keysOf(first), 9]);
  assert.equal((await told(stores)).at(-1), `${second} screenshot.completed`);
  assert.equal((await stateOf(stores, await wish(stores, { ...cached, accountId: 'other' })))?.status, 'pending');
  assert.equal((await stateOf(stores, await wish(stores)))?.status, 'pending', 'who does not ask gets a new one');
  await stores.postgres.transaction((trx) => trx.raw("update screenshots set captured_at = captured_at - interval '61 seconds'"));
  const third = await wish(stores, cached);
  assert.equal((await find(stores, third))?.cache, 'miss');
  await reaches(stores, third, 'completed');
  assert.ok(shots.length >= 3);
});

test('a result that is about to go, or was deleted, is not taken', async () => {
  await using stores = await openStores();
  const { camera } = openCounting();
  await using _studio = openTestStudio(stores, camera);
  const first = await wish(stores);
  await reaches(stores, first, 'completed');
  await stores.postgres.transaction((trx) => trx.raw("update screenshots set image_remove_at = now() + interval '30 seconds'"));
  assert.equal((await find(stores, await wish(stores, { cacheTtlS: 600 })))?.cache, 'miss');
  await remove(stores, first);
  await stores.postgres.transaction((trx) => trx.raw('delete from screenshots where id <> ?', [first]));
  assert.equal((await find(stores, await wish(stores, { cacheTtlS: 600 })))?.cache, 'miss');
});

test('shared objects stay until the last one that shows them goes', async () => {
  await using stores = await openStores();
  const { camera } = openCounting();
  await using _studio = openTestStudio(stores, camera);
  const [first, second] = [await wish(stores, dedupe), await wish(stores, dedupe)];
  await reaches(stores, first, 'completed');
  const third = await wish(stores, { cacheTtlS: 60 });
  await using _sweeper = openSweeper({ ...stores, log, everyMs: 20 });
  for (const gone of [first, second]) {
    await remove(stores, gone);
    await eventually(async () => assert.equal(await stateOf(stores, gone), undefined));
    assert.deepEqual(await stored(stores), keysOf(first));
  }
  assert.equal((await find(stores, third))?.imageKey, keysOf(first)[0]);
  await stores.postgres.transaction((trx) => trx.raw('update screenshots set image_remove_at = now()'));
  await eventually(async () => assert.deepEqual(await stored(stores), []));
  // The objects go before the transaction that says so has ended.
  await eventually(async () => {
    const left = await stores.postgres.transaction((trx) =>
      row<{ gone: boolean }>(trx, 'select image_removed_at is not null as gone from screenshots'),
    );
    assert.deepEqual(left, { gone: true });
  });
});

test('those that share a result keep it for as long as each of them says, and its image goes with the last', async () => {
  await using stores = await openStores();
  const { camera } = openCounting();
  const [leader, follower] = [await wish(stores, { ...dedupe, expiresInS: 60 }), await wish(stores, { ...dedupe, expiresInS: 600 })];
  await using _studio = openTestStudio(stores, camera);
  for (const id of [leader, follower]) await reaches(stores, id, 'completed');
  const taker = await wish(stores, { cacheTtlS: 60, expiresInS: 120 });
  const kept = await stores.postgres.transaction((trx) =>
    rows<{ id: string; seconds: number }>(
      trx,
      'select id, round(extract(epoch from image_remove_at - ended_at))::int as seconds from screenshots',
    ),
  );
  assert.deepEqual(
    new Map(kept.map(({ id, seconds }) => [id, seconds])),
    new Map([
      [leader, 60],
      [follower, 600],
      [taker, 120],
    ]),
  );
  await stores.postgres.transaction((trx) => trx.raw("update screenshots set image_remove_at = image_remove_at - interval '5 minutes'"));
  await using _sweeper = openSweeper({ ...stores, log, everyMs: 50 });
  await eventually(async () => {
    const left = await stores.postgres.transaction((trx) => rows(trx, 'select id from screenshots where image_removed_at is null'));
    assert.deepEqual(left, [{ id: follower }]);
  });
  assert.deepEqual(await stored(stores), keysOf(leader));
});
