import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGateway } from '../gateway.fixture.ts';

const url = 'https://example.com';
const known =
  'url, width, height, format, quality, full_page, device, block_ads, block_cookies, dark_mode, delay, timeout, retina, webhook_url';
const widths = 'must be a whole number from 320 to 3840';
const delays = 'must be a number from 0 to 30';
const formats = 'must be one of png, jpeg, webp';
const text = 'must be a text of at most 2048 characters';

/** What is sent, and what is said of it. */
const table: [body: unknown, details: Record<string, string[]>][] = [
  [{}, { url: ['is required'] }],
  [null, { body: ['must be a JSON object'] }],
  [[], { body: ['must be a JSON object'] }],
  ['"text"', { body: ['must be a JSON object'] }],
  [{ url: 5 }, { url: [text] }],
  [{ url: null }, { url: [text] }],
  [{ url: `https://example.com/${'x'.repeat(2048)}` }, { url: [text] }],
  [{ url: '' }, { url: ['The URL is not valid.'] }],
  [{ url: 'example.com' }, { url: ['The URL is not valid.'] }],
  [{ url: 'ftp://example.com' }, { url: ['The URL must begin with http:// or https://.'] }],
  [{ url: 'javascript:alert(1)' }, { url: ['The URL must begin with http:// or https://.'] }],
  [{ url: 'https://me:word@example.com' }, { url: ['The URL must not contain a user name or a password.'] }],
  [{ url: 'https://example.com/\u0000' }, { url: ['The URL contains control characters.'] }],
  [`{"url":"https://example.com/\\ud800"}`, { url: ['The URL is not valid.'] }],
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
  [{ url, device: 'watch' }, { device: ['must be one of desktop, mobile, tablet'] }],
  [{ url, full_page: 'true' }, { full_page: ['must be true or false'] }],
  [{ url, retina: 1 }, { retina: ['must be true or false'] }],
  [{ url, delay: -0.1 }, { delay: [delays] }],
  [{ url, delay: 30.1 }, { delay: [delays] }],
  [{ url, delay: '1' }, { delay: [delays] }],
  [{ url, timeout: 0 }, { timeout: ['must be a number from 1 to 120'] }],
  [{ url, timeout: [[[[[]]]]] }, { timeout: ['must be a number from 1 to 120'] }],
  [{ url, colour: 'red' }, { colour: [`is unknown; known are ${known}`] }],
  [{ url, options: { width: 640 } }, { options: [`is unknown; known are ${known}`] }],
  [{ url, webhook_url: 'http://example.com' }, { webhook_url: ['The URL must begin with https://.'] }],
  [{ url, webhook_url: '' }, { webhook_url: ['The URL is not valid.'] }],
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
];

test('a wish that cannot be is answered with each field, the reason and what is allowed, all at once', async (context) => {
  await using gateway = await openGateway();
  for (const [body, details] of table) {
    await context.test(typeof body === 'string' ? body : JSON.stringify(body).slice(0, 80), async () => {
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
