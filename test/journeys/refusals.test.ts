import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, type Site, startSite } from '@shotwire/testing';
import { announcementsOf, openHouse } from './house.fixture.ts';

let house: Awaited<ReturnType<typeof openHouse>>;
/** A server on this machine that nobody allowed. */
let victim: Site;

before(async () => {
  house = await openHouse();
  victim = await startSite();
});
after(async () => {
  await victim[Symbol.asyncDispose]();
  await house[Symbol.asyncDispose]();
});

test('a private address is refused at the door, whatever way it is written', async () => {
  const inside = [
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://169.254.169.254/',
  ];
  for (const url of [...inside, victim.url]) {
    const response = await house.post({ url });
    const { error } = (await response.json()) as { error: { code: string; details: Record<string, string[]> } };
    assert.deepEqual([url, response.status, error.code], [url, 422, 'BLOCKED_URL']);
    assert.deepEqual(Object.keys(error.details), ['url']);
    assert.doesNotMatch(JSON.stringify(error), /127|169|localhost/);
  }
});

test('what is not the web, or carries credentials, is refused at the door', async () => {
  for (const url of [
    'file:///etc/passwd',
    'chrome://version',
    'javascript:1',
    'http://user:pass@example.com/',
    'ftp://example.com/',
    'x',
  ]) {
    const response = await house.post({ url });
    const { error } = (await response.json()) as { error: { code: string; details: Record<string, string[]> } };
    assert.deepEqual([url, response.status, error.code], [url, 422, 'VALIDATION_ERROR']);
    assert.equal(error.details.url?.length, 1);
  }
});

test('options that do not go together, or not with the source, are refused at the door, each by its name', async () => {
  const url = `${house.site.url}/plain.html`;
  const steps = [{ action: 'click', selector: '#a', text: 'x' }];
  const wishes: [fields: string[], wish: object][] = [
    [['geolocation', 'headers'], { html: '<p>', headers: { a: '1' }, geolocation: { latitude: 1, longitude: 2 } }],
    [['selector', 'steps[0].text', 'sticky'], { url, format: 'pdf', selector: '#a', sticky: 'hide', steps }],
  ];
  for (const [fields, wish] of wishes) {
    const response = await house.post(wish);
    const { error } = (await response.json()) as { error: { code: string; details: Record<string, string[]> } };
    assert.deepEqual([response.status, error.code, Object.keys(error.details).sort()], [422, 'VALIDATION_ERROR', fields]);
  }
});

test('a private address is refused from DNS and from a redirect, and the webhook says so', async () => {
  const webhook_url = house.receiver.url;
  const wishes = ['http://inside.example/', `${house.site.url}/redirect?to=${victim.url}/plain.html`];
  for (const url of wishes) {
    const { id } = await house.ask({ url, webhook_url });
    const { error } = await house.end(id);
    assert.deepEqual(error, { code: 'BLOCKED_URL', message: 'This address may not be called.' });
    await house.receiver.until(() => announcementsOf(house.receiver, id).length === 1);
    const [announcement] = announcementsOf(house.receiver, id);
    assert.equal(announcement?.body.event, 'screenshot.failed');
    assert.equal(announcement.body.data.error?.code, 'BLOCKED_URL');
  }
  assert.deepEqual(victim.requests, []);
});

test('what a page embeds from a private address is refused, and the page is pictured without it', async () => {
  const { id } = await house.ask({ url: `${house.site.url}/private-image?src=${victim.url}/block.svg` });
  assert.equal((await house.end(id)).status, 'completed');
  assert.deepEqual(victim.requests, []);
});

test('a webhook to a private address is refused: at the door where it is known, else at every attempt', async () => {
  const url = `${house.site.url}/plain.html`;
  const known = await house.post({ url, webhook_url: victim.url });
  assert.equal(known.status, 422);
  const { error } = (await known.json()) as { error: { details: object } };
  assert.deepEqual(Object.keys(error.details), ['webhook_url']);

  const { id } = await house.ask({ url, webhook_url: 'http://inside.example/hook' });
  const { webhook } = await eventually(async () => {
    const seen = await house.see(id);
    assert.equal(seen.webhook?.state, 'failed');
    return seen;
  });
  assert.deepEqual([webhook?.attempts, webhook?.last_error], [4, 'blocked_address']);
  assert.deepEqual(victim.requests, []);
});

test('a name that does not exist, a closed port and a broken TLS each have their code', async () => {
  const wishes = {
    'http://nowhere.example/': 'DNS_FAILED',
    [`https://127.0.0.1:${house.site.port}/`]: 'TLS_FAILED',
    [`http://site.example:${house.site.port}/redirect-loop`]: 'TOO_MANY_REDIRECTS',
  };
  for (const [url, code] of Object.entries(wishes)) {
    const { id } = await house.ask({ url });
    assert.equal((await house.end(id)).error?.code, code, url);
  }
});

test('a slow page times out, in words for its owner', async () => {
  const { id } = await house.ask({ url: `${house.site.url}/hang`, timeout: 1, webhook_url: house.receiver.url });
  const { error } = await house.end(id);
  assert.deepEqual(error, { code: 'TIMEOUT', message: 'Page load timed out after 1 second.' });
  await house.receiver.until(() => announcementsOf(house.receiver, id).length === 1);
});
