import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '@shotwire/testing';
import Urlbox from 'urlbox';
import { openHouse } from '../journeys/house.fixture.ts';

// Their official SDK makes render links, and takes the place where they begin. Renders themselves it leaves to fetch, as here.
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

const urlbox = (ofSecret = secret) => Urlbox(id, ofSecret, `${house.stack.url}/v1/`);
const page = (path = '/plain.html') => house.site.url + path;

interface Answer {
  renderUrl: string;
  size: number;
  renderTime: number;
  queueTime: number;
  renderId: string;
  status: string;
  statusUrl: string;
  error: { message: string; code: string; errors?: Record<string, string[]> };
}

const headers = () => ({ authorization: `Bearer ${house.stack.apiKey}`, 'content-type': 'application/json' });

async function render(how: 'sync' | 'async', options: object) {
  const answer = await fetch(`${house.stack.url}/v1/render/${how}`, { method: 'POST', headers: headers(), body: JSON.stringify(options) });
  return { status: answer.status, body: (await answer.json()) as Answer };
}

/** The size of a PNG in pixels. */
const sizeOf = (bytes: Buffer) => [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];

test('a render link of the SDK opens without a key, and is rendered once', async () => {
  const link = urlbox().generateRenderLink({
    url: page('/plain.html?once'),
    width: 640,
    height: 400,
    block_ads: true,
    hide_selector: 'h1',
    cookie: ['seen=yes;Path=/;Max-Age=10000'],
    user_agent: 'Mozilla/5.0 (a test; "quoted")',
  });
  assert.ok(!link.includes(house.stack.apiKey), 'a link that others see does not hold the key');
  for (const _ of [1, 2]) {
    const image = await fetch(link);
    assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
    assert.deepEqual(sizeOf(Buffer.from(await image.arrayBuffer())), [640, 400]);
  }
  assert.equal(house.site.requests.filter(({ query }) => query === '?once').length, 1);
});

test('the format of a link is in its path', async () => {
  const image = await fetch(urlbox().generateRenderLink({ url: page(), format: 'jpg', full_page: true }));
  assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/jpeg']);
  const video = await fetch(urlbox().generateRenderLink({ url: page(), format: 'mp4' }));
  const { error } = (await video.json()) as Answer;
  assert.deepEqual([video.status, error.code], [422, 'InvalidOptions']);
  assert.match(String(error.errors?.format), /must be one of png, /);
});

test('a link that was changed, that another secret signed or that nobody signed is refused', async () => {
  const link = urlbox().generateRenderLink({ url: page(), width: 500 });
  const refused = [
    link.replace('width=500', 'width=501'),
    urlbox('another').generateRenderLink({ url: page() }),
    urlbox().generateInsecureRenderLink({ url: page() }),
    link.replace(id, '99999999-9999-4999-8999-999999999999'),
    link.replace(id, house.stack.apiKey),
  ];
  for (const url of refused) {
    const answer = await fetch(url);
    const { error } = (await answer.json()) as Answer;
    assert.deepEqual([answer.status, error.code], [403, 'LINK_REFUSED'], url);
  }
});

test('a synchronous render gives a link to its picture', async () => {
  const { status, body } = await render('sync', { url: page(), format: 'png', width: 640, height: 400 });
  assert.equal(status, 200);
  assert.ok(body.size > 0 && body.renderTime > 0 && body.queueTime >= 0);
  const image = await fetch(body.renderUrl);
  assert.deepEqual(sizeOf(Buffer.from(await image.arrayBuffer())), [640, 400]);
});

test('an asynchronous render has a status that leads to its picture', async () => {
  const { status, body } = await render('async', { url: page(), webhook_url: `${house.receiver.url}/urlbox` });
  assert.deepEqual([status, body.status], [201, 'created']);
  assert.equal(body.statusUrl, `${house.stack.url}/v1/render/${body.renderId}`);
  const ended = await eventually(
    async () => {
      const seen = (await (await fetch(body.statusUrl, { headers: headers() })).json()) as Answer;
      assert.equal(seen.status, 'succeeded');
      return seen;
    },
    { timeoutMs: 30_000 },
  );
  assert.equal((await fetch(ended.renderUrl)).status, 200);
  await house.receiver.until((requests) => requests.some(({ path }) => path === '/urlbox'), { timeoutMs: 30_000 });
});

test('what became of a page is said, at once and when asked later', async () => {
  const sync = await render('sync', { url: 'http://nowhere.example/' });
  assert.deepEqual([sync.status, sync.body.error.code], [502, 'DNS_FAILED']);
  const { body } = await render('async', { url: page('/no-such-page.html'), fail_on_4xx: true });
  await eventually(
    async () => {
      const { status, error } = (await (await fetch(body.statusUrl, { headers: headers() })).json()) as Answer;
      assert.deepEqual([status, error.code], ['failed', 'STATUS_REFUSED']);
    },
    { timeoutMs: 30_000 },
  );
});

test('what cannot be done is refused by its name', async () => {
  const { status, body } = await render('sync', { url: page(), use_s3: true, save_html: false, solve_captchas: true, width: 5 });
  assert.deepEqual([status, body.error.code], [422, 'InvalidOptions']);
  assert.deepEqual(Object.keys(body.error.errors ?? {}).sort(), ['solve_captchas', 'use_s3', 'width']);
});
