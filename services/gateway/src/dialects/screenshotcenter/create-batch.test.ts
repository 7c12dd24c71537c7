import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchStatus } from '@shotwire/contract';
import { openGateway } from '../../gateway.fixture.ts';

const app = '0f8fad5b-d9cb-469f-a165-70867728950e';
const urls = ['https://example.com/a', 'https://example.com/b'];

async function openCenter() {
  const gateway = await openGateway({ parts: { proxies: new Map([['us', '']]) } });
  const call = async (path: string, given: { body?: object; form?: FormData; query?: Record<string, string> }) => {
    const { body, form, query = {} } = given;
    const encoded = form && new Response(form);
    const answer = await gateway.app.inject({
      method: body || form ? 'POST' : 'GET',
      url: `/api/v1${path}?${new URLSearchParams({ key: 'key-one', ...query })}`,
      headers: encoded ? { 'content-type': encoded.headers.get('content-type') ?? '' } : body ? { 'content-type': 'application/json' } : {},
      ...(encoded ? { payload: Buffer.from(await encoded.arrayBuffer()) } : body && { payload: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, json: answer.headers['content-type']?.includes('json') ? answer.json() : undefined, answer };
  };
  return { gateway, call, asked: gateway.intake.askedBatches, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

function formOf(fields: Record<string, string>, file = urls.join('\n')): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([file], { type: 'text/plain' }), 'urls.txt');
  return form;
}

test('a file of URLs, as their SDKs send it, is a batch with what holds for all', async () => {
  await using house = await openCenter();
  const form = formOf({ country: 'us', size: 'page', tag: 'spring', apps: JSON.stringify({ [app]: 'a/{id}.png' }) });
  const { status, json } = await house.call('/batch/create', { form });
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual(
    [json.success, json.data.id, json.data.status, json.data.count, json.data.processed, json.data.zip_url],
    [true, 1, 'processing', 2, 0, null],
  );
  const { rows, common } = house.asked[0] ?? assert.fail();
  assert.deepEqual(
    rows.map(({ url }) => url),
    urls,
  );
  assert.deepEqual([common?.options?.fullPage, common?.options?.width, common?.tags], [true, 1024, ['spring']]);
  assert.deepEqual(common?.announcement?.apps, { [app]: 'a/{id}.png' });
});

test('a list of URLs, in JSON or in a query, is a batch too', async () => {
  await using house = await openCenter();
  assert.equal((await house.call('/batch/create', { body: { urls, country: 'us' } })).status, 200);
  assert.equal((await house.call('/batch/create', { query: { urls: JSON.stringify(urls) } })).status, 200);
  for (const { rows } of house.asked)
    assert.deepEqual(
      rows.map(({ url }) => url),
      urls,
    );
  assert.equal(house.asked.length, 2);
});

test('what is wrong with a batch is said by their names and lines, all at once, and nothing is made', async () => {
  await using house = await openCenter();
  const wrong: [Parameters<typeof house.call>[1], string[]][] = [
    [{ form: formOf({ size: 'huge', nothing: '1' }, `${urls[0]}\n\nftp://example.com/\n`) }, ['lines[3]', 'nothing', 'size']],
    [{ body: {} }, ['file']],
    [{ body: { urls, url: urls[0] } }, ['url']],
    [{ body: { urls, file: urls[0] } }, ['urls']],
    [{ body: { urls: ['x'], country: 'fr' } }, ['country', 'urls[0]']],
    [{ body: { urls: [] } }, ['urls']],
    [{ form: formOf({}, '\n'.repeat(3)) }, ['rows']],
    [{ form: formOf({}, `${urls[0]}\n`.repeat(10_001)) }, ['rows']],
  ];
  for (const [given, fields] of wrong) {
    const { status, json } = await house.call('/batch/create', given);
    assert.deepEqual([status, json.success, json.code, Object.keys(json.fields).sort()], [422, false, 'VALIDATION_ERROR', fields]);
  }
  assert.equal(house.asked.length, 0);
});

test('a crawl begins at its URL; what is wrong with it is said by their names', async () => {
  await using house = await openCenter();
  const { status, json } = await house.call('/crawl/create', { body: { url: urls[0], domain: 'example.com', max_urls: 5, size: 'page' } });
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual([json.data.start_url, json.data.max_urls, json.data.status], [urls[0], 5, 'processing']);
  assert.deepEqual([house.asked[0]?.crawl?.domain, house.asked[0]?.common?.options?.fullPage], ['example.com', true]);
  assert.equal((await house.call('/crawl/create', { query: { url: urls[0] ?? '', maxUrls: '7' } })).json.data.max_urls, 7);
  for (const [body, code, fields] of [
    [{}, 'VALIDATION_ERROR', ['url']],
    [{ url: urls[0], max_urls: 'many' }, 'VALIDATION_ERROR', ['max_urls']],
    [{ url: 'http://10.0.0.1/' }, 'BLOCKED_URL', ['url']],
  ] as const) {
    const refused = await house.call('/crawl/create', { body });
    assert.deepEqual([refused.status, refused.json.code, Object.keys(refused.json.fields)], [422, code, fields]);
  }
  assert.equal(house.asked.length, 2);
});

test('the ZIP of a batch that has ended is downloaded by its id', async () => {
  await using house = await openCenter();
  const { json } = await house.call('/batch/create', { body: { urls } });
  const named = { query: { id: String(json.data.id) } };
  assert.deepEqual((await house.call('/batch/download', named)).json.code, 'NOT_ENDED');
  Object.assign([...house.gateway.intake.batches.values()][0] ?? assert.fail(), { status: BatchStatus.COMPLETED });
  const { json: info } = await house.call('/batch/info', named);
  assert.equal(info.data.zip_url, 'https://shots.example/base/api/v1/batch/download?id=1');
  const { answer } = await house.call('/batch/download', named);
  assert.deepEqual(
    [answer.statusCode, answer.headers['content-type'], answer.rawPayload.toString('latin1', 0, 2)],
    [200, 'application/zip', 'PK'],
  );
  assert.equal((await house.call('/batch/download', { query: { id: '9' } })).status, 404);
});
