import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchStatus, Method, Priority } from '@shotwire/contract';
import { row, touch } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { noneAllowed, readRobots } from '../core/robots-rules.ts';
import { batchEventsIn, batchNow, rowsOf } from '../intake/batches.fixture.ts';
import { acme, openIntake } from '../intake/intake.fixture.ts';
import type { Camera, Robots } from './camera.ts';
import { beginCrawl, cameraOf, ends, pagesOf, start } from './crawl.fixture.ts';
import { openTestStudio, picture } from './studio.fixture.ts';

const robotsSaying = (text: string): Robots => ({ rulesFor: async () => readRobots(text) });

test('a crawl visits what its pages lead to, each once, and ends when nothing is open; a page that fails does not end it', async () => {
  await using house = await openIntake();
  const crawl = await beginCrawl(house);
  const web = { '/': ['/a', '/b', '/a#x', 'https://other.example/'], '/a': ['/', '/b', '/c', '/gone'], '/b': ['/a', '/c'], '/c': ['/'] };
  await using _studio = openTestStudio(house, cameraOf(web));
  const { total, completed, failed, crawl: seen } = await ends(house, crawl);
  assert.deepEqual((await pagesOf(house, crawl)).sort(), ['/', '/a', '/b', '/c', '/gone']);
  assert.deepEqual([total, completed, failed, seen?.discovered], [5, 4, 1, 5]);
  assert.deepEqual(
    (await batchEventsIn(house, crawl)).map(({ type }) => type),
    ['batch.completed'],
  );
  const known = await house.postgres.transaction((trx) => row<{ count: number }>(trx, 'select count(*) as count from crawl_pages'));
  assert.equal(known?.count, 0, 'what it knew is forgotten');
});

test('a crawl of one page ends with it, and one whose first page fails has failed', async () => {
  await using house = await openIntake();
  await using _studio = openTestStudio(house, cameraOf({ '/': ['/', 'https://example.com'] }));
  assert.equal((await ends(house, await beginCrawl(house))).total, 1);
  const failed = await beginCrawl(house, { startUrl: `${start}gone` });
  assert.equal((await ends(house, failed, BatchStatus.FAILED)).total, 1);
});

test('pages that are found are captured as the first one, after what someone waits for', async () => {
  await using house = await openIntake();
  const common = { options: { width: 500, method: Method.POST, body: 'once' }, tags: ['t'], metadata: { k: 'v' }, expiresIn: 600 };
  const announcement = { webhookUrl: 'https://example.com/hook' };
  const crawl = await beginCrawl(house, {}, { common: { ...common, announcement, externalId: 'x', priority: Priority.INTERACTIVE } });
  const bodies: string[] = [];
  await using _studio = openTestStudio(
    house,
    cameraOf({ '/': ['/a'], '/a': [] }, ({ options }) => void bodies.push(`${options.method} ${options.body}`)),
  );
  await ends(house, crawl);
  const [, found] = await rowsOf(house, crawl);
  assert.deepEqual(
    [found?.options?.width, found?.tags, found?.metadata, found?.externalId, found?.announcement?.webhookUrl, found?.priority],
    [500, ['t'], { k: 'v' }, 'x', announcement.webhookUrl, Priority.BATCH],
  );
  assert.deepEqual(bodies, [`${Method.POST} once`, `${Method.GET} `]);
  const kept = await house.postgres.transaction((trx) =>
    row<{ seconds: number }>(
      trx,
      'select extract(epoch from image_remove_at - ended_at)::int as seconds from screenshots where batch_row = 2',
    ),
  );
  assert.equal(kept?.seconds, 600);
});

test('no more than max_urls are captured, whoever finds them, and all that were found are counted', async () => {
  await using house = await openIntake();
  const names = Array.from({ length: 60 }, (_, n) => `/${n}`);
  const web = Object.fromEntries(['/', ...names].map((name) => [name, names]));
  const crawl = await beginCrawl(house, { maxUrls: 12 });
  const camera = cameraOf(web);
  await using _one = openTestStudio(house, camera, { slots: 4 });
  await using _other = openTestStudio(house, camera, { slots: 4 });
  const { total, completed, crawl: seen } = await ends(house, crawl);
  assert.deepEqual([total, completed, seen?.discovered], [12, 12, 61]);
  assert.deepEqual(new Set(await pagesOf(house, crawl)).size, 12);
});

test('a page that many find at the same moment, in two studios, is added once', async () => {
  await using house = await openIntake();
  const hubs = Array.from({ length: 6 }, (_, n) => `/hub${n}`);
  const leaves = Array.from({ length: 20 }, (_, n) => `/leaf${n}`);
  const web = {
    '/': hubs,
    ...Object.fromEntries(hubs.map((hub) => [hub, leaves])),
    ...Object.fromEntries(leaves.map((leaf) => [leaf, hubs])),
  };
  let waiting = 0;
  const together = Promise.withResolvers<void>();
  const camera = cameraOf(web, async ({ url }) => {
    if (!url.includes('hub')) return;
    waiting += 1;
    if (waiting === hubs.length) together.resolve();
    await together.promise;
  });
  const crawl = await beginCrawl(house);
  await using _one = openTestStudio(house, camera, { slots: 4 });
  await using _other = openTestStudio(house, camera, { slots: 4 });
  const { total, completed, crawl: seen } = await ends(house, crawl);
  assert.deepEqual([total, completed, seen?.discovered], [27, 27, 27]);
  const pages = await pagesOf(house, crawl);
  assert.equal(new Set(pages).size, pages.length);
});

test('a studio that lost its claim adds nothing', async () => {
  await using house = await openIntake();
  const crawl = await beginCrawl(house);
  const lost = Promise.withResolvers<void>();
  const camera = cameraOf({ '/': ['/a'], '/a': [] }, async () => {
    await house.postgres.transaction((trx) =>
      touch(trx, "update lane_items set claim_id = gen_random_uuid(), lease_until = now() + interval '1 hour'"),
    );
    lost.resolve();
  });
  const studio = openTestStudio(house, camera);
  await lost.promise;
  await studio[Symbol.asyncDispose]();
  assert.deepEqual(await pagesOf(house, crawl), ['/']);
  const { total, completed, crawl: seen } = await batchNow(house, crawl);
  assert.deepEqual([total, completed, seen?.discovered], [1, 0, 1]);
});

test('a crawl that is cancelled finds nothing more, and ends', async () => {
  await using house = await openIntake();
  const crawl = await beginCrawl(house);
  const camera = cameraOf({ '/': ['/a', '/b'], '/a': ['/c'], '/b': ['/d'] }, async ({ url }) => {
    if (url === `${start}a`) await house.client.cancelBatch({ id: crawl.id }, acme);
  });
  await using _studio = openTestStudio(house, camera, { slots: 1 });
  const { total, completed, cancelled } = await ends(house, crawl, BatchStatus.CANCELLED);
  assert.deepEqual([total, completed, cancelled], [3, 1, 2]);
  assert.deepEqual(await pagesOf(house, crawl), ['/', '/a', '/b']);
});

test('a page in hand while its crawl is taken back leads nowhere, also where its own end comes first', async () => {
  await using house = await openIntake();
  const crawl = await beginCrawl(house);
  const camera = cameraOf({ '/': ['/a'], '/a': [] }, () =>
    house.postgres.transaction((trx) => touch(trx, 'update batches set cancelled_at = now()')),
  );
  await using _studio = openTestStudio(house, camera);
  const { total, completed } = await ends(house, crawl, BatchStatus.CANCELLED);
  assert.deepEqual([total, completed], [1, 1]);
});

test('what robots.txt asks to be left alone is not visited, unless that is asked for', async () => {
  await using house = await openIntake();
  const web = { '/': ['/private/a', '/open'], '/open': ['/private/b'], '/private/a': [], '/private/b': [] };
  await using _studio = openTestStudio(house, cameraOf(web), { robots: robotsSaying('User-agent: *\nDisallow: /private') });
  const polite = await beginCrawl(house);
  assert.equal((await ends(house, polite)).crawl?.discovered, 2);
  assert.deepEqual(await pagesOf(house, polite), ['/', '/open']);
  const blunt = await beginCrawl(house, { ignoreRobots: true });
  assert.equal((await ends(house, blunt)).total, 4);
});

test('a crawl that robots.txt refuses to begin fails its first page, and says why; so does one whose robots.txt cannot be read', async () => {
  await using house = await openIntake();
  let asked = 0;
  const camera = cameraOf({ '/': ['/a'], '/a': [] }, () => (asked += 1));
  for (const [robots, says] of [
    [robotsSaying('User-agent: Shotwire\nDisallow: /'), /asks robots to leave this page alone/],
    [{ rulesFor: async () => noneAllowed }, /could not be read/],
  ] as const) {
    await using _studio = openTestStudio(house, camera, { robots });
    const crawl = await beginCrawl(house);
    assert.equal((await ends(house, crawl, BatchStatus.FAILED)).failed, 1);
    const [first] = await rowsOf(house, crawl);
    assert.equal(first?.problem?.code, 'ROBOTS_REFUSED');
    assert.match(first.problem.message, says);
    assert.equal((await ends(house, await beginCrawl(house, { ignoreRobots: true }))).total, 2);
  }
  assert.equal(asked, 4);
});

test('a site below the domain is asked for its own robots.txt, and of very many some', async () => {
  await using house = await openIntake();
  const sites = Array.from({ length: 100 }, (_, n) => `https://s${n}.example.com/`);
  const asked: string[] = [];
  const robots: Robots = {
    rulesFor: async (origin) => {
      asked.push(origin);
      return readRobots(origin.includes('//s1.') ? 'User-agent: *\nDisallow: /' : '');
    },
  };
  await using _studio = openTestStudio(house, cameraOf({ '/': sites }), { robots });
  const crawl = await beginCrawl(house);
  await ends(house, crawl);
  const pages = await pagesOf(house, crawl);
  assert.deepEqual([pages.length, pages.includes(sites[0] as string), pages.includes(sites[1] as string)], [20, true, false]);
  assert.equal(new Set(asked).size, 21);
});

test('a crawl stays in its domain: a page that leads out of it does not lead back', async () => {
  await using house = await openIntake();
  const camera = cameraOf({ '/': ['/out', 'https://www.example.com/', 'https://example.org/'] });
  await using _studio = openTestStudio(house, {
    shoot: async (order, ...rest) => {
      const away = { from: 'https://example.org/', urls: [`${start}back`] };
      return order.url === `${start}out`
        ? { ...(await camera.shoot({ ...order, url: start }, ...rest)), links: away }
        : camera.shoot(order, ...rest);
    },
  });
  const crawl = await beginCrawl(house);
  await ends(house, crawl);
  assert.deepEqual(await pagesOf(house, crawl), ['/', '/out', 'https://www.example.com/']);
});

test('where a page was found in the end is not visited once more', async () => {
  await using house = await openIntake();
  const camera = cameraOf({ '/': ['/a'], '/home': ['/a'], '/a': ['/home', '/'] });
  await using _studio = openTestStudio(house, {
    shoot: async (order, ...rest) => {
      const capture = await camera.shoot(order, ...rest);
      return order.url === start ? { ...capture, links: { from: `${start}home`, urls: [`${start}a`] } } : capture;
    },
  });
  const crawl = await beginCrawl(house);
  await ends(house, crawl);
  assert.deepEqual(await pagesOf(house, crawl), ['/', '/a']);
});

test('of a path whose queries never end so many are visited, over all its pages', async () => {
  await using house = await openIntake();
  let day = 0;
  const camera: Camera = {
    shoot: async ({ url: from }) => {
      const urls = Array.from({ length: 30 }, () => `${start}calendar?day=${++day}`);
      return { ...picture, links: { from, urls } };
    },
  };
  await using _studio = openTestStudio(house, camera, { slots: 4 });
  const crawl = await beginCrawl(house, { maxUrls: 1_000 });
  assert.equal((await ends(house, crawl)).total, 101);
});

test('a screenshot that others share, of other batches, ends with all of them while it leads on', async () => {
  await using house = await openIntake();
  const crawl = await beginCrawl(house);
  await house.client.createBatch({ id: crypto.randomUUID(), rows: [{ url: start }], common: { dedupe: true } }, acme);
  await using _studio = openTestStudio(house, cameraOf({ '/': ['/a'], '/a': [] }));
  assert.equal((await ends(house, crawl)).total, 2);
  await eventually(async () => {
    const { batches } = await house.client.listBatches({ limit: 10, crawls: false }, acme);
    assert.equal(batches[0]?.status, BatchStatus.COMPLETED);
  });
});
