import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Format, Method } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { row, rows } from '@shotwire/postgres';
import { eventually } from '@shotwire/testing';
import { log, openStores, type SomeOptions, wish } from '../capture.fixture.ts';
import { findScreenshot } from '../sql/find-screenshots.ts';
import type { Camera, Order } from './camera.ts';
import { openSweeper } from './open-sweeper.ts';
import { openTestStudio, picture, reaches, type Stores, stored } from './studio.fixture.ts';

const signal = AbortSignal.timeout(60_000);
const prefixOf = (id: string) => `images/${id.slice(0, 2)}/${id}.`;
const find = ({ postgres }: Stores, id: string) => postgres.transaction((trx) => findScreenshot(trx, { id, accountId: 'acme' }));
const sources = ({ postgres }: Stores) => postgres.transaction((trx) => rows<{ page: string }>(trx, 'select page from screenshot_sources'));

async function reportOf({ archive }: Stores, id: string): Promise<Record<string, unknown>> {
  const found = await archive.get({ key: `${prefixOf(id)}report.json`, signal });
  assert.ok(found);
  return JSON.parse(Buffer.concat(await found.body.toArray()).toString());
}

const eventsIn = (report: Record<string, unknown>) => (report.timeline as { event: string }[]).map(({ event }) => event);

test('all that a capture gave is stored before the screenshot completes, and goes with it', async () => {
  await using stores = await openStores();
  const id = await wish(stores, { options: { format: Format.MARKDOWN, also: [Format.PDF, Format.PNG] } });
  const camera: Camera = {
    shoot: async () => ({
      artefacts: [
        { name: 'markdown', body: Buffer.from('# A page'), mimeType: 'text/markdown', width: 0, height: 0 },
        { name: 'pdf', body: Buffer.from('%PDF'), mimeType: 'application/pdf', width: 0, height: 0 },
        { name: 'png', body: Buffer.from('a picture'), mimeType: 'image/png', width: 1280, height: 800 },
      ],
      report: { final_url: 'https://example.com/', timeline: [{ atMs: performance.now(), event: 'navigation' }] },
      findings: { blank: true, httpStatus: 200, title: 'A\0 page \ud800', sha256: 'ab' },
    }),
  };
  await using _studio = openTestStudio(stores, camera);
  await reaches(stores, id, 'completed');
  const prefix = prefixOf(id);
  assert.deepEqual(
    await stored(stores),
    ['md', 'pdf.pdf', 'png.png', 'report.json'].map((rest) => prefix + rest),
  );
  const { artefacts, findings, reportKey, mimeType, width } = (await find(stores, id)) ?? assert.fail();
  assert.deepEqual([mimeType, width, reportKey], ['text/markdown', 0, `${prefix}report.json`]);
  assert.deepEqual(
    artefacts.map(({ name, key, fileSize, height }) => [name, key, fileSize, height]),
    [
      ['pdf', `${prefix}pdf.pdf`, 4n, 0],
      ['png', `${prefix}png.png`, 9n, 800],
    ],
  );
  assert.deepEqual([findings?.blank, findings?.challenge, findings?.title, findings?.sha256], [true, false, 'A page \ufffd', 'ab']);
  const report = await reportOf(stores, id);
  assert.deepEqual(eventsIn(report), ['accepted', 'claimed', 'navigation', 'stored']);
  assert.deepEqual([report.final_url, report.retries, report.error], ['https://example.com/', 0, null]);

  await stores.postgres.transaction((trx) => trx.raw('update screenshots set image_remove_at = now()'));
  await using _sweeper = openSweeper({ ...stores, log, everyMs: 50 });
  await eventually(async () => assert.deepEqual(await stored(stores), []));
});

test('a capture that fails has a report, with what was known and every try', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  let tries = 0;
  await using _studio = openTestStudio(stores, {
    shoot: async (_order, _signal, tell) => {
      tries += 1;
      tell?.({ status: 404, timeline: [{ atMs: performance.now(), event: 'navigation' }] });
      throw new Failure(tries < 3 ? 'browser_lost' : 'dns_failed');
    },
  });
  await reaches(stores, id, 'failed');
  const report = await reportOf(stores, id);
  assert.deepEqual(report.error, { code: 'DNS_FAILED', message: new Failure('dns_failed').message });
  assert.deepEqual([report.status, report.retries], [404, 2]);
  const events = eventsIn(report);
  assert.deepEqual([events.at(0), events.at(1), events.at(-1)], ['accepted', 'claimed', 'failed']);
  assert.equal(events.filter((event) => event === 'tried_again').length, 2);
  assert.equal((await find(stores, id))?.reportKey, `${prefixOf(id)}report.json`);
  await using _sweeper = openSweeper({ ...stores, log, everyMs: 20 });
  const later = await wish(stores);
  await reaches(stores, later, 'failed');
  assert.equal((await stored(stores)).length, 2, 'reports stay until retention ends');
});

test('a capture whose picture cannot be kept has its report all the same', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const put: typeof stores.archive.put = async (object) => {
    if (object.mimeType === 'image/png') throw new Error('no room');
    await stores.archive.put(object);
  };
  await using _studio = openTestStudio(stores, { shoot: async () => ({ ...picture, report: { status: 200 } }) }, { archive: { put } });
  await reaches(stores, id, 'failed');
  const report = await reportOf(stores, id);
  assert.deepEqual([report.status, (report.error as { code: string }).code], [200, 'INTERNAL']);
});

test('a page that fails is told of even when its report cannot be kept', async () => {
  await using stores = await openStores();
  const id = await wish(stores);
  const put = async () => {
    throw new Failure('storage_failed');
  };
  const camera: Camera = {
    shoot: async () => {
      throw new Failure('dns_failed');
    },
  };
  await using _studio = openTestStudio(stores, camera, { archive: { put } });
  assert.equal((await reaches(stores, id, 'failed'))?.problem_code, 'DNS_FAILED');
  assert.equal((await find(stores, id))?.reportKey, null);
});

test('a page that came with the wish goes to the camera, and is gone when the screenshot has ended', async () => {
  await using stores = await openStores();
  const orders: Order[] = [];
  const ids = [
    await wish(stores, { url: '', html: '<p>頁' }),
    await wish(stores, { url: '', markdown: '# 頁' }),
    await wish(stores, { url: '', html: 'dns' }),
  ];
  assert.equal((await sources(stores)).length, 3);
  await using _studio = openTestStudio(stores, {
    shoot: async (order) => {
      orders.push(order);
      if (order.html === 'dns') throw new Failure('dns_failed');
      return picture;
    },
  });
  for (const [index, state] of ['completed', 'completed', 'failed'].entries()) await reaches(stores, ids[index] as string, state);
  assert.deepEqual(
    ids.map((id) => orders.find((order) => order.id === id)).map((order) => [order?.url, order?.html, order?.markdown]),
    [
      ['', '<p>頁', undefined],
      ['', undefined, '# 頁'],
      ['', 'dns', undefined],
    ],
  );
  assert.deepEqual(await sources(stores), []);
  assert.deepEqual([(await find(stores, ids[0] as string))?.source, (await find(stores, ids[1] as string))?.source], ['html', 'markdown']);
});

test('secrets reach the camera and nothing else, and are gone when the screenshot has ended', async () => {
  await using stores = await openStores();
  const word = 'hunter2';
  const options: SomeOptions = {
    headers: { 'x-key': word },
    cookies: [{ name: 'a', value: word }],
    basicAuth: { username: 'u', password: word },
    proxy: `http://u:${word}@example.com:3128`,
    method: Method.POST,
    body: word,
  };
  let seen: Order | undefined;
  const ids = [await wish(stores, { options }), await wish(stores, { options, url: 'https://example.com/fails' })];
  await using _studio = openTestStudio(stores, {
    shoot: async (order) => {
      seen = order;
      if (order.url.endsWith('fails')) throw new Failure('dns_failed');
      return picture;
    },
  });
  await reaches(stores, ids[0] as string, 'completed');
  await reaches(stores, ids[1] as string, 'failed');
  assert.equal(seen?.options.headers['x-key'], word);
  assert.equal(seen.options.basicAuth?.password, word);
  const left = await stores.postgres.transaction((trx) =>
    row<{ options: string; events: string }>(
      trx,
      `select (select string_agg(options::text, '') from screenshots) as options,
              (select string_agg(encode(payload, 'escape'), '') from outbox) as events`,
    ),
  );
  assert.ok(left && !left.options.includes(word) && !left.events.includes(word));
  assert.match(left.events, /example/);
});
