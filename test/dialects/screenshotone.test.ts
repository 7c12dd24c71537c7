import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { APIError, Client, TakeOptions } from 'screenshotone-api-sdk';
import { Webhook } from 'standardwebhooks';
import { openHouse } from '../journeys/house.fixture.ts';

// Their official SDK, whose constructor takes a base URL. It signs all that it sends.
let house: Awaited<ReturnType<typeof openHouse>>;
let secret: string;
let id: string;

before(async () => {
  house = await openHouse();
  const json = async (path: string) => (await house.get(path)).json();
  ({ webhook_secret: secret } = (await json('/api/v1/account/signing-secret')) as { webhook_secret: string });
  ({ id } = ((await json('/api/v1/account')) as { key: { id: string } }).key);
});
after(async () => {
  await house[Symbol.asyncDispose]();
});

const client = (accessKey = id, secretKey = secret) => new Client(accessKey, secretKey, house.stack.url);
const page = (path = '/plain.html') => TakeOptions.url(house.site.url + path);

/** The size of a PNG in pixels. */
const sizeOf = (bytes: Buffer) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

/** What the SDK threw. */
async function refusalOf(taking: Promise<unknown>): Promise<APIError> {
  const thrown = await taking.then(
    () => assert.fail('it was taken'),
    (reason: unknown) => reason,
  );
  assert.ok(thrown instanceof APIError, String(thrown));
  return thrown;
}

test('take() gives the picture, with the id of a key and the signing secret, or with the key itself', async () => {
  const options = () => page().format('png').viewportWidth(640).viewportHeight(400).blockAds(true).hideSelectors('h1', 'p');
  for (const accessKey of [id, house.stack.apiKey]) {
    const blob = await client(accessKey).take(options());
    assert.equal(blob.type, 'image/png');
    assert.deepEqual(sizeOf(Buffer.from(await blob.arrayBuffer())), [640, 400]);
  }
});

test('without a word about it the picture is a JPEG of 1280 by 1024', async () => {
  const blob = await client().take(page());
  assert.equal(blob.type, 'image/jpeg');
  const { data } = (await (await house.get('/api/v1/screenshots?limit=1')).json()) as { data: { width: number; height: number }[] };
  assert.deepEqual([data[0]?.width, data[0]?.height], [1280, 1024]);
});

test('a signed link is all that an <img> needs, and one that was changed is refused', async () => {
  const link = await client().generateSignedTakeURL(page().format('png').viewportWidth(500).viewportHeight(300));
  assert.ok(!link.includes(house.stack.apiKey), 'a link that others see does not hold the key');
  const image = await fetch(link);
  assert.equal(image.status, 200);
  assert.deepEqual(sizeOf(Buffer.from(await image.arrayBuffer())), [500, 300]);
  const changed = await fetch(link.replace('viewport_width=500', 'viewport_width=501'));
  assert.deepEqual([changed.status, ((await changed.json()) as { error_code: string }).error_code], [403, 'signature_is_not_valid']);
});

test('generateTakeURL() needs the key itself; the id of one has to be signed', async () => {
  const open = await fetch(await client(house.stack.apiKey).generateTakeURL(page()));
  assert.equal(open.status, 200);
  const unsigned = await fetch(await client().generateTakeURL(page()));
  assert.equal(((await unsigned.json()) as { error_code: string }).error_code, 'signature_is_required');
});

test('json gives a link to the picture, and what is cached is not taken again', async () => {
  const options = page('/plain.html?cached').format('png').cache(true).cacheTtl(14_400).responseType('json');
  const link = await client().generateSignedTakeURL(options);
  const first = (await (await fetch(link)).json()) as { screenshot_url: string; cache_url: string };
  const image = await fetch(first.screenshot_url);
  assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
  assert.equal(first.cache_url, first.screenshot_url);
  const second = await fetch(link);
  assert.equal(second.status, 200);
  assert.ok(second.headers.get('x-screenshotone-cache-url'));
  assert.equal(house.site.requests.filter(({ query }) => query === '?cached').length, 1);
});

test('async answers at once, and the webhook tells of the end', async () => {
  const { receiver } = house;
  const options = page().format('png').async(true).responseType('json').webhookUrl(`${receiver.url}/one`).externalIdentifier('order7');
  const answer = await fetch(await client().generateSignedTakeURL(options));
  assert.deepEqual([answer.status, await answer.json()], [202, {}]);
  await receiver.until((requests) => requests.some(({ path }) => path === '/one'), { timeoutMs: 30_000 });
  const { headers, body } = receiver.requests.find(({ path }) => path === '/one') ?? assert.fail();
  assert.equal(headers['x-screenshotone-external-identifier'], 'order7');
  const { event, data } = JSON.parse(body.toString());
  assert.deepEqual([event, data.status, data.external_id], ['screenshot.completed', 'completed', 'order7']);
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  new Webhook(secret).verify(body.toString(), named);
});

test('a link is bound to what its key may, and ends with it', async () => {
  const { stack, site } = house;
  const headers = { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' };
  const made = await fetch(`${stack.url}/api/v1/keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'shop', scopes: ['capture'], domains: ['site.example'] }),
  });
  const shop = (await made.json()) as { id: string };
  const inside = await client(shop.id).generateSignedTakeURL(TakeOptions.url(`http://site.example:${site.port}/plain.html`));
  assert.equal((await fetch(inside)).status, 200);
  assert.equal((await refusalOf(client(shop.id).take(page()))).httpStatusCode, 403);
  assert.equal((await fetch(`${stack.url}/api/v1/keys/${shop.id}`, { method: 'DELETE', headers })).status, 204);
  assert.equal((await fetch(inside)).status, 401);
});

test('what cannot be done is refused by its name, before anything is made', async () => {
  const before = house.site.requests.length;
  const refused = await refusalOf(client().take(page().blockBannersByHeuristics(true).ipCountryCode('de').viewportWidth(5)));
  assert.equal(refused.errorCode, 'request_not_valid');
  assert.equal(refused.httpStatusCode, 422);
  for (const name of ['block_banners_by_heuristics', 'ip_country_code', 'viewport_width'])
    assert.match(String(refused.errorMessage), new RegExp(`"${name}"`));
  assert.equal(house.site.requests.length, before);
});

test('their codes say what became of a page', async () => {
  const cases: [options: TakeOptions, code: string][] = [
    [TakeOptions.url('http://nowhere.example/'), 'name_not_resolved'],
    [page('/no-such-page.html'), 'host_returned_error'],
    [page().selector('#nothing').errorOnSelectorNotFound(true), 'selector_not_found'],
    [page().failIfContentContains('A plain page'), 'content_contains_specified_string'],
  ];
  for (const [options, code] of cases) assert.equal((await refusalOf(client().take(options))).errorCode, code, code);
  assert.equal((await client().take(page('/no-such-page.html').ignoreHostErrors(true))).type, 'image/jpeg');
  assert.equal((await client().take(page().selector('#nothing'))).type, 'image/jpeg');
});

test('a wrong secret, a wrong key and a made-up id are each said to be so', async () => {
  const codes = [client(id, 'wrong'), client('sk_wrong'), client('99999999-9999-4999-8999-999999999999')].map(async (one) => {
    return (await refusalOf(one.take(page()))).errorCode;
  });
  assert.deepEqual(await Promise.all(codes), ['signature_is_not_valid', 'access_key_invalid', 'access_key_invalid']);
});
