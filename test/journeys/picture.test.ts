import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { openHouse } from './house.fixture.ts';

let house: Awaited<ReturnType<typeof openHouse>>;

before(async () => {
  house = await openHouse();
});
after(async () => {
  await house[Symbol.asyncDispose]();
});

test('a page becomes a picture, and a signed webhook says so', async () => {
  const { site, receiver, stack, ask, end, get } = house;

  const accepted = await ask({ url: `${site.url}/plain.html`, width: 640, height: 400, webhook_url: `${receiver.url}/hook?token=1` });
  assert.equal(accepted.status, 'pending');
  assert.deepEqual(accepted.webhook, { state: 'pending', attempts: 0, next_attempt_at: null, last_status: null, last_error: null });

  const done = await end(accepted.id);
  assert.equal(done.status, 'completed');
  assert.equal(done.image_url, `${stack.url}/api/v1/screenshots/${accepted.id}/image`);

  const image = await get(`/api/v1/screenshots/${accepted.id}/image`);
  assert.equal(image.status, 200);
  assert.equal(image.headers.get('content-type'), 'image/png');
  const bytes = Buffer.from(await image.arrayBuffer());
  assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
  assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [640, 400]);

  await receiver.until((requests) => requests.length === 1);
  const [request] = receiver.requests;
  assert.ok(request);
  assert.equal(request.path, '/hook?token=1');
  const { webhook_secret: secret } = (await (await get('/api/v1/account/signing-secret')).json()) as { webhook_secret: string };
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const text = request.body.toString();
  for (const verifier of [new Webhook(secret), new SvixWebhook(secret)]) assert.doesNotThrow(() => verifier.verify(text, headers));
  assert.throws(() => new Webhook(secret).verify(`${text} `, headers));

  const { event, data, sent_at } = JSON.parse(text);
  assert.equal(event, 'screenshot.completed');
  assert.match(sent_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.deepEqual(Object.keys(data), [
    'id',
    'status',
    'url',
    'options',
    'file_size',
    'mime_type',
    'width',
    'height',
    'processing_time_ms',
    'image_url',
    'created_at',
    'completed_at',
  ]);
  assert.equal(data.file_size, bytes.length);
  assert.equal(data.options.block_cookies, true);

  const { webhook } = await house.see(accepted.id);
  assert.deepEqual(webhook, { state: 'succeeded', attempts: 1, next_attempt_at: null, last_status: 200, last_error: null });
});

test('one load of a page that came as html gives a full picture, a pdf, markdown without what is hidden, and a report', async () => {
  const html = `<!doctype html><title>Given</title><style>body { margin: 0 } div { height: 2000px; background: #0f0 }</style>
    <h1>Bill</h1><p class="secret">Hidden away</p><div>Paid</div>`;
  const wish = {
    html,
    width: 640,
    full_page: true,
    image_width: 320,
    hide_selectors: ['.secret'],
    format: 'webp',
    also: ['pdf', 'markdown'],
  };
  const { id } = await house.ask(wish);
  assert.equal((await house.end(id)).status, 'completed');

  const take = async (path: string, type: string) => {
    const response = await house.get(`/api/v1/screenshots/${id}${path}`);
    assert.deepEqual([response.status, response.headers.get('content-type')?.split(';')[0]], [200, type], path);
    return Buffer.from(await response.arrayBuffer());
  };
  assert.equal((await take('/image', 'image/webp')).toString('latin1', 8, 12), 'WEBP');
  assert.equal((await take('/artefacts/pdf', 'application/pdf')).toString('latin1', 0, 5), '%PDF-');
  const markdown = (await take('/artefacts/markdown', 'text/markdown')).toString();
  assert.match(markdown, /Bill[\s\S]*Paid/);
  assert.doesNotMatch(markdown, /Hidden away/);
  const { source, page, picture } = JSON.parse((await take('/report', 'application/json')).toString());
  assert.deepEqual([source, page.title, picture.width], ['html', 'Given', 320]);
  assert.ok(picture.height > 1000, 'twice as high before it was made smaller');
});
