import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';
import { wishSchema } from './schema.ts';

const url = 'https://example.com';
const known = Object.keys(wishSchema.properties).join(', ');
const widths = 'must be a whole number from 320 to 3840';
const delays = 'must be a number from 0 to 30';
const formats = 'must be one of png, jpeg, webp, avif, pdf, html, mhtml, markdown, webm, mp4';
const text = 'must be a text of at most 2048 characters';
const unfit = 'must be text without half characters (lone surrogates) and without U+0000';
const needsUrl = 'needs a webhook_url';
const webhookEvents =
  'must be screenshot.completed, screenshot.failed, screenshot.cancelled, batch.completed, batch.failed, app.upload.finished or app.upload.failed';
const manyApps = 'must be a list of at most 20 entries, or must be a JSON object of at most 20 entries';
const tag = 'must be a text without control characters';
const step = { action: 'wait', seconds: 1 };
const many = (count: number, from: (n: number) => unknown) => Array.from({ length: count }, (_, n) => from(n));

/** What is sent, and what is said of it. */
const table: [body: unknown, details: Record<string, string[]>][] = [
  [{}, { url: ['is required, or html, or markdown'] }],
  [null, { body: ['must be a JSON object'] }],
  [[], { body: ['must be a JSON object'] }],
  [[{ url }], { body: ['must be a JSON object'] }],
  ['"text"', { body: ['must be a JSON object'] }],
  [{ url: 5 }, { url: [text] }],
  [{ url: null }, { url: [text] }],
  [{ url: `https://example.com/${'x'.repeat(2048)}` }, { url: [text] }],
  [{ url: '' }, { url: ['is required, or html, or markdown'] }],
  [{ url: '', html: '', markdown: '' }, { url: ['is required, or html, or markdown'] }],
  [{ url, html: '<p>' }, { html: ['must be the only one of url, html and markdown'] }],
  [{ html: '<p>', markdown: '#' }, { markdown: ['must be the only one of url, html and markdown'] }],
  [{ url: 'example.com' }, { url: ['The URL is not valid.'] }],
  [{ url: 'ftp://example.com' }, { url: ['The URL must begin with http:// or https://.'] }],
  [{ url: 'javascript:alert(1)' }, { url: ['The URL must begin with http:// or https://.'] }],
  [{ url: 'https://me:word@example.com' }, { url: ['The URL must not contain a user name or a password.'] }],
  [{ url: 'https://example.com/\u0001' }, { url: ['The URL contains control characters.'] }],
  [{ url: 'https://example.com/\u0000' }, { url: [unfit] }],
  [`{"url":"https://example.com/\\ud800"}`, { url: [unfit] }],
  [`{"url":"${url}","css":"\\ud800","hide_selectors":["a","\\u0000"]}`, { css: [unfit], 'hide_selectors[1]': [unfit] }],
  [`{"url":"${url}","headers":{"x\\u0000":"1"}}`, { headers: [unfit] }],
  [`{"markdown":"\\udfff"}`, { markdown: [unfit] }],
  [{ url, width: 319 }, { width: [widths] }],
  [{ url, width: 3841 }, { width: [widths] }],
  [{ url, width: 640.5 }, { width: [widths] }],
  [{ url, width: '640' }, { width: [widths] }],
  [{ url, width: null }, { width: [widths] }],
  [`{"url":"${url}","width":1e999}`, { width: [widths] }],
  [{ url, height: 199 }, { height: ['must be a whole number from 200 to 2160'] }],
  [{ url, quality: 0 }, { quality: ['must be a whole number from 1 to 100'] }],
  [{ url, format: 'gif' }, { format: [formats] }],
  [{ url, format: 'PNG' }, { format: [formats] }],
  [{ url, format: 1 }, { format: [formats] }],
  [{ url, format: '' }, { format: [formats] }],
  [{ url, device: 5 }, { device: ['must be a text of at most 60 characters'] }],
  [{ url, full_page: 'true' }, { full_page: ['must be true or false'] }],
  [{ url, retina: 1 }, { retina: ['must be true or false'] }],
  [{ url, delay: -0.1 }, { delay: [delays] }],
  [{ url, delay: 30.1 }, { delay: [delays] }],
  [{ url, delay: '1' }, { delay: [delays] }],
  [{ url, timeout: 0 }, { timeout: ['must be a number from 1 to 120'] }],
  [{ url, timeout: [[[[[]]]]] }, { timeout: ['must be a number from 1 to 120'] }],
  [{ url, priority: 'urgent' }, { priority: ['must be one of interactive, batch'] }],
  [{ url, cache_ttl: 2_592_001 }, { cache_ttl: ['must be a whole number from 0 to 2592000'] }],
  [{ url, dedupe: 'yes' }, { dedupe: ['must be true or false'] }],
  [{ url, colour: 'red' }, { colour: [`is unknown; known are ${known}`] }],
  [
    { url, colour: 'red', shape: 'round' },
    { colour: [`is unknown; known are ${known}`], shape: ['is unknown'] },
  ],
  [{ url, options: { width: 640 } }, { options: [`is unknown; known are ${known}`] }],
  [{ url, webhook_url: 'http://example.com' }, { webhook_url: ['The URL must begin with https://.'] }],
  [{ url, webhook_url: '' }, { webhook_url: ['The URL is not valid.'] }],
  [{ url, webhook_events: ['screenshot.failed'] }, { webhook_events: [needsUrl] }],
  [{ url, webhook_secret: 'x' }, { webhook_secret: [needsUrl] }],
  [{ url, webhook_headers: { a: '1' } }, { webhook_headers: [needsUrl] }],
  [
    { url, webhook_url: '', webhook_secret: 'x'.repeat(257), webhook_headers: { a: 1 } },
    { webhook_url: ['The URL is not valid.'], webhook_secret: [limitOf(256)], 'webhook_headers.a': [limitOf(1024)] },
  ],
  [
    { url, webhook_url: `${url}/hook`, webhook_events: ['screenshot.completed', 'batch.begun', 'xscreenshot.failed', 5] },
    { 'webhook_events[1]': [webhookEvents], 'webhook_events[2]': [webhookEvents], 'webhook_events[3]': [limitOf(64)] },
  ],
  [{ url, webhook_url: `${url}/hook`, webhook_headers: ['a'] }, { webhook_headers: ['must be a JSON object of at most 20 entries'] }],
  [{ url, apps: 'all' }, { apps: [manyApps] }],
  [{ url, apps: many(21, (n) => `app ${n}`) }, { apps: [manyApps] }],
  [
    { url, apps: ['x', 5, '00000000-0000-4000-8000-00000000000a'] },
    { 'apps[0]': ['must be the id of an app'], 'apps[1]': ['must be a text'] },
  ],
  [
    { url, apps: { x: '', '00000000-0000-4000-8000-00000000000a': 'x'.repeat(513) } },
    { 'apps.x': ['must be the id of an app'], 'apps.00000000-0000-4000-8000-00000000000a': [limitOf(512)] },
  ],
  [{ url, tags: 'spring' }, { tags: ['must be a list of at most 20 entries'] }],
  [
    { url, tags: ['spring', '', 'a\nb', 'x'.repeat(65)] },
    { 'tags[1]': [tag], 'tags[2]': [tag], 'tags[3]': [limitOf(64)] },
  ],
  [{ url, proxy: 'socks5://example.com:1080' }, { proxy: ['Only http:// proxies can be used.'] }],
  [{ url, proxy: 'http://me:word@example.com:99999' }, { proxy: ['The proxy has no valid host and port.'] }],
  [
    { url: 'ftp://x', width: 1, format: 'gif', what: 1, webhook_url: 'http://127.0.0.1' },
    {
      what: [`is unknown; known are ${known}`],
      width: [widths],
      format: [formats],
      url: ['The URL must begin with http:// or https://.'],
      webhook_url: ['The URL must begin with https://.'],
    },
  ],
  [{ url, cookies: [{ name: 'a b', value: '' }] }, { 'cookies[0].name': ['must be a cookie name'] }],
  [{ url, cookies: [{ name: '', value: '' }] }, { 'cookies[0].name': ['must be a cookie name'] }],
  [
    { url, cookies: [{ value: 'x' }, { name: 'a' }] },
    { 'cookies[0].name': ['is required'], 'cookies[1].value': ['is required'] },
  ],
  [
    { url, cookies: [{ name: 'a', value: '', same_site: 'no', size: 1 }] },
    {
      'cookies[0].size': ['is unknown; known are name, value, domain, path, secure, http_only, same_site'],
      'cookies[0].same_site': ['must be one of strict, lax, none'],
    },
  ],
  [{ url, cookies: ['a=b'] }, { 'cookies[0]': ['must be a JSON object'] }],
  [{ url, cookies: { a: 'b' } }, { cookies: ['must be a list of at most 100 entries'] }],
  [{ url, cookies: many(101, (n) => ({ name: `c${n}`, value: '' })) }, { cookies: ['must be a list of at most 100 entries'] }],
  [{ url, headers: ['a'] }, { headers: ['must be a JSON object of at most 50 entries'] }],
  [
    { url, headers: { a: 1, b: null } },
    { 'headers.a': [limitOf(8192)], 'headers.b': [limitOf(8192)] },
  ],
  [{ url, headers: { a: 'x'.repeat(8193) } }, { 'headers.a': [limitOf(8192)] }],
  [
    { url, headers: Object.fromEntries(many(51, (n) => [`h${n}`, '']) as [string, string][]) },
    { headers: ['must be a JSON object of at most 50 entries'] },
  ],
  [{ url, steps: many(31, () => step) }, { steps: ['must be a list of at most 30 entries'] }],
  [
    { url, steps: [step, { selector: 5 }, { action: 'jump', seconds: 31 }] },
    {
      'steps[1].action': ['is required'],
      'steps[1].selector': [limitOf(500)],
      'steps[2].action': ['must be one of click, hover, type, press, select, scroll, wait'],
      'steps[2].seconds': ['must be a number from 0 to 30'],
    },
  ],
  [{ url, steps: [{ ...step, values: ['x', 5] }] }, { 'steps[0].values[1]': [limitOf(500)] }],
  [{ url, also: ['pdf', 'gif'] }, { 'also[1]': [formats] }],
  [{ url, also: many(9, () => 'pdf') }, { also: ['must be a list of at most 8 entries'] }],
  [
    { url, clip: { x: 0, y: 0, width: 0 } },
    { 'clip.height': ['is required'], 'clip.width': ['must be a number from 1 to 20000'] },
  ],
  [{ url, pdf: { margin_top: '1 inch' } }, { 'pdf.margin_top': ['must be a length such as 10mm, 0.5in, 2cm or 40px'] }],
  [{ url, geolocation: 'here' }, { geolocation: ['must be a JSON object'] }],
];

function limitOf(characters: number): string {
  return `must be a text of at most ${characters} characters`;
}

test('a wish that cannot be is answered with each field, the reason and what is allowed, all at once', async (context) => {
  await using gateway = await openGateway();
  for (const [body, details] of table) {
    await context.test((typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 100), async () => {
      const answer = await gateway.ask('POST', '/api/v1/screenshots', { body });
      assert.deepEqual(answer.json, {
        error: { code: 'VALIDATION_ERROR', message: 'The request is not valid.', status: 422, details },
        request_id: answer.headers['x-request-id'],
      });
      assert.equal(answer.status, 422);
    });
  }
  assert.equal(gateway.intake.screenshots.size, 0);
});

const mebibyte = 1024 * 1024;
/** What is sent as html, and what is said of it; undefined when it is taken. */
const pages: Record<string, [page: string, problem: string | undefined]> = {
  '2 MiB of ASCII': ['x'.repeat(2 * mebibyte), undefined],
  'one more byte': ['x'.repeat(2 * mebibyte + 1), limitOf(2 * mebibyte)],
  '2 MiB of CJK': ['頁'.repeat(Math.floor((2 * mebibyte) / 3)), undefined],
  'one more character': ['頁'.repeat(Math.floor((2 * mebibyte) / 3) + 1), 'must be at most 2 MiB in UTF-8'],
};

for (const [name, [page, problem]] of Object.entries(pages)) {
  test(`a page that comes with the wish has 2 MiB at most, in bytes: ${name}`, async () => {
    await using gateway = await openGateway();
    for (const source of ['html', 'markdown']) {
      const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { [source]: page } });
      assert.equal(status, problem ? 422 : 202);
      assert.deepEqual(json.error?.details, problem && { [source]: [problem] });
    }
  });
}

test('a body past 8 MiB is not read', async () => {
  await using gateway = await openGateway();
  const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { html: 'x'.repeat(8 * mebibyte) } });
  assert.deepEqual([status, json.error.code], [413, 'BODY_TOO_LARGE']);
});

test('an empty url beside a page that came with the wish is no source', async () => {
  await using gateway = await openGateway();
  assert.equal((await gateway.ask('POST', '/api/v1/screenshots', { body: { url: '', html: '<p>' } })).status, 202);
});

const blocked = [
  'http://127.0.0.1',
  'http://localhost:3000',
  'http://10.1.2.3/x',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]/',
  'http://0x7f.1',
  'http://[::ffff:127.0.0.1]',
  'http://example.com:22',
];

for (const address of blocked) {
  test(`${address} may not be visited, and the answer does not repeat it`, async () => {
    await using gateway = await openGateway();
    const { status, json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: address } });
    assert.equal(status, 422);
    assert.deepEqual(json.error, {
      code: 'BLOCKED_URL',
      message: 'This address may not be called.',
      status: 422,
      details: { url: ['This address may not be called.'] },
    });
  });
}

test('a webhook to a private address is refused in the same way', async () => {
  await using gateway = await openGateway();
  const { json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url, webhook_url: 'https://192.168.1.1/hook' } });
  assert.equal(json.error.code, 'BLOCKED_URL');
  assert.deepEqual(Object.keys(json.error.details), ['webhook_url']);
});

test('a private address beside another mistake is told with it', async () => {
  await using gateway = await openGateway();
  const { json } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: 'http://127.0.0.1', width: 1 } });
  assert.equal(json.error.code, 'VALIDATION_ERROR');
  assert.deepEqual(json.error.details, { width: [widths], url: ['This address may not be called.'] });
});

test("the operator's exceptions open an address, and plain http for webhooks", async () => {
  await using gateway = await openGateway({ allow: ['127.0.0.0/8:8123'], parts: { webhookAllowHttp: true } });
  const body = { url: 'http://127.0.0.1:8123/', webhook_url: 'http://localhost:8123/hook' };
  assert.equal((await gateway.ask('POST', '/api/v1/screenshots', { body })).status, 202);
});

test('a name is not looked up at the door', async () => {
  await using gateway = await openGateway();
  const { status } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url: 'https://does-not-exist.invalid' } });
  assert.equal(status, 202);
});

test('a multitude of unknown fields, and one with an endless name, make a short answer', async () => {
  await using gateway = await openGateway();
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`field${n}`, n]));
  const { status, bytes } = await gateway.ask('POST', '/api/v1/screenshots', { body: { url, ...many } });
  assert.equal(status, 422);
  assert.ok(bytes.length < 20_000, `${bytes.length} bytes`);
  const long = await gateway.ask('POST', '/api/v1/screenshots', { body: { url, ['x'.repeat(500_000)]: 1 } });
  assert.equal(long.status, 422);
  assert.ok(long.bytes.length < 2_000);
});
