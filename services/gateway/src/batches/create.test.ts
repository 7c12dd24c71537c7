import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Priority } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { openGateway } from '../gateway.fixture.ts';

const urls = ['https://example.com/a', 'https://example.com/b', 'https://example.com/c'];
const path = '/api/v1/batches';

test('URLs are a batch: 202, its place and its counts, and each is a row with what holds for all', async () => {
  await using gateway = await openGateway();
  const body = { urls, width: 800, tags: ['spring'], priority: 'interactive', external_id: 'list-7' };
  const { status, headers, json } = await gateway.ask('POST', path, { body });
  assert.equal(status, 202);
  assert.equal(headers.location, `https://shots.example/base/api/v1/batches/${json.id}`);
  assert.deepEqual(json, {
    id: json.id,
    status: 'processing',
    total: 3,
    completed: 0,
    failed: 0,
    cancelled: 0,
    created_at: '2026-03-09T10:30:00.000000Z',
    ended_at: null,
    external_id: 'list-7',
  });
  const [asked] = gateway.intake.askedBatches;
  assert.deepEqual(
    asked?.rows.map(({ url, announcement }) => [url, announcement]),
    urls.map((url) => [url, undefined]),
  );
  const { options, tags, priority, externalId } = asked?.common ?? assert.fail();
  assert.deepEqual([options?.width, tags, priority, externalId], [800, ['spring'], Priority.INTERACTIVE, '']);
});

test('requests have options of their own', async () => {
  await using gateway = await openGateway();
  const requests = [{ url: urls[0], width: 400, external_id: 'one' }, { html: '<p>two</p>' }];
  assert.equal((await gateway.ask('POST', path, { body: { requests, full_page: true } })).status, 202);
  const { rows = [], common } = gateway.intake.askedBatches[0] ?? {};
  assert.deepEqual([rows[0]?.options?.width, rows[0]?.externalId, rows[1]?.html], [400, 'one', '<p>two</p>']);
  assert.deepEqual([common?.options?.fullPage, rows[1]?.options?.fullPage], [true, undefined]);
});

test('those who are told are told of the rows and of the end; what is secret is sealed once', async () => {
  await using gateway = await openGateway();
  const app = '0f8fad5b-d9cb-469f-a165-70867728950e';
  const hook = { webhook_url: 'https://hooks.example.com/x', webhook_secret: 'sixteen letters!', apps: [app] };
  const { json } = await gateway.ask('POST', path, { body: { urls, ...hook } });
  assert.deepEqual([json.webhook_url, json.apps], [hook.webhook_url, [app]]);
  const { announcement, common } = gateway.intake.askedBatches[0] ?? assert.fail();
  assert.deepEqual(announcement, common?.announcement);
  assert.deepEqual([announcement?.webhookUrl, Buffer.from(announcement?.webhookSealed ?? []).toString()], [hook.webhook_url, 'sealed']);
  assert.equal(gateway.desk.sealed.length, 1);
});

test('a crawl is a batch that finds its pages', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('POST', path, { body: { crawl: { start_url: urls[0], max_urls: 5 }, width: 800 } });
  assert.equal(status, 202);
  const crawl = { start_url: urls[0], domain: 'example.com', max_urls: 5, ignore_robots: false, discovered: 1 };
  assert.deepEqual([json.total, json.crawl], [1, crawl]);
});

const refusals: [what: string, body: unknown, fields: Record<string, RegExp>][] = [
  ['no source', { width: 800 }, { requests: /^is required, or urls, or crawl$/ }],
  ['two sources', { urls, requests: [{ url: urls[0] }] }, { requests: /only one of/ }],
  ['no rows', { urls: [] }, { urls: /from 1 to 10000/ }],
  ['10,001 rows', { urls: Array.from({ length: 10_001 }, () => 'x') }, { urls: /at most 10000 entries/ }],
  ['10,001 requests', { requests: Array.from({ length: 10_001 }, () => ({})) }, { requests: /at most 10000 entries/ }],
  ['what is no list', { urls: 'https://example.com' }, { urls: /must be a list/ }],
  ['what is no object', [1], { body: /must be a JSON object/ }],
  ['rows that are none', { urls: [5, null, urls[0]] }, { 'urls[0]': /must be a text/, 'urls[1]': /must be a text/ }],
  [
    'requests that are none',
    { requests: [5, [], {}] },
    { 'requests[0]': /object/, 'requests[1]': /object/, 'requests[2].url': /required/ },
  ],
  [
    'all that is wrong at once, with its place',
    { requests: [{ url: 'ftp://example.com' }, { url: urls[0], width: 1, nothing: 1 }], width: 'wide', webhook_url: 'http://example.com' },
    {
      width: /whole number/,
      webhook_url: /https/,
      'requests[0].url': /http/,
      'requests[1].width': /from/,
      'requests[1].nothing': /unknown/,
    },
  ],
  ['a source for all', { urls, url: urls[0] }, { url: /unknown/ }],
  [
    'a row that says who is told',
    { requests: [{ url: urls[0], webhook_url: 'https://x.example' }] },
    { 'requests[0].webhook_url': /unknown/ },
  ],
  ['half a character', { requests: [{ url: urls[0], external_id: '\ud800' }] }, { 'requests[0].external_id': /half/ }],
  ['a crawl without a start', { crawl: {} }, { 'crawl.start_url': /required/ }],
  ['a crawl of too many', { crawl: { start_url: urls[0], max_urls: 10_001 } }, { 'crawl.max_urls': /10000/ }],
  ['a crawl of what is no page', { crawl: { start_url: 'ftp://x' } }, { 'crawl.start_url': /http/ }],
];

for (const [what, body, fields] of refusals) {
  test(`${what}: 422, and nothing is asked of capture`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('POST', path, { body });
    assert.equal(status, 422);
    assert.equal(json.error.code, 'VALIDATION_ERROR');
    assert.deepEqual(Object.keys(json.error.details).sort(), Object.keys(fields).sort());
    for (const [field, sentence] of Object.entries(fields)) assert.match(json.error.details[field][0], sentence);
    assert.equal(gateway.intake.askedBatches.length, 0);
  });
}

test('of thousands of wrong rows the first fifty are named', async () => {
  await using gateway = await openGateway();
  const { json } = await gateway.ask('POST', path, { body: { urls: Array.from({ length: 10_000 }, () => 'ftp://x') } });
  assert.deepEqual(
    Object.keys(json.error.details),
    Array.from({ length: 50 }, (_, index) => `urls[${index}]`),
  );
});

test('rows that may not be visited are blocked, if that is all', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('POST', path, { body: { urls: ['http://127.0.0.1/', urls[0], 'http://10.0.0.1/'] } });
  assert.deepEqual([status, json.error.code, Object.keys(json.error.details)], [422, 'BLOCKED_URL', ['urls[0]', 'urls[2]']]);
});

test('what capture has against a row is said in the words of the request', async () => {
  await using gateway = await openGateway({
    intake: {
      createBatch: async () => {
        throw new Failure('validation_error', {
          fields: { 'requests[1].width': ['is too wide'], 'requests[2].url': ['is odd'], dedupe: ['no'] },
        });
      },
    },
  });
  const { status, json } = await gateway.ask('POST', path, { body: { urls } });
  assert.equal(status, 422);
  assert.deepEqual(json.error.details, { 'urls[1].width': ['is too wide'], 'urls[2]': ['is odd'], dedupe: ['no'] });
});

test('rows that do not fit into one call are refused', async () => {
  await using gateway = await openGateway();
  const requests = Array.from({ length: 5 }, () => ({ html: 'x'.repeat(1_677_704) }));
  const { status, json } = await gateway.ask('POST', path, { body: { requests } });
  assert.deepEqual([status, json.error.code], [413, 'BODY_TOO_LARGE']);
});
