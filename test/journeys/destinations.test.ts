import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { eventually, type ReceivedRequest } from '@shotwire/testing';
import { Webhook } from 'standardwebhooks';
import { openHouse } from './house.fixture.ts';

let house: Awaited<ReturnType<typeof openHouse>>;

before(async () => {
  house = await openHouse();
});
after(async () => {
  await house[Symbol.asyncDispose]();
});

/** The webhook that a path gets. */
async function arrivedAt(path: string): Promise<{ request: ReceivedRequest; headers: Record<string, string> }> {
  const { receiver } = house;
  const found = () => receiver.requests.find((one) => one.path === path);
  await receiver.until(() => found() !== undefined, { timeoutMs: 30_000 });
  const request = found() ?? assert.fail();
  return { request, headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])) };
}

test('an app of profile center is told in its own words, signed twice, and its link opens the image without a key', async () => {
  const { site, receiver, stack } = house;
  const app = await house.createCenterApp({ url: `${receiver.url}/center` });
  const { id } = await house.ask({ url: `${site.url}/plain.html`, webhook_url: `${receiver.url}/run`, apps: [app.id] });

  const { request, headers } = await arrivedAt('/center');
  assert.equal(headers['x-signature'], `sha256=${createHmac('sha256', app.secret.text).update(request.body).digest('hex')}`);
  assert.equal(headers['x-screenshotcenter-signature'], headers['x-signature']);
  assert.equal(headers['x-screenshotcenter-event'], 'screenshot.completed');
  new Webhook(app.secret.standard).verify(request.body.toString(), headers);

  const { image_url, ...told } = JSON.parse(request.body.toString());
  const { created_at, ...rest } = told;
  assert.deepEqual(rest, { event: 'screenshot.completed', screenshot_id: id, url: `${site.url}/plain.html`, status: 'done' });
  assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(image_url.startsWith(`${stack.url}/images/default/${id}.png?`));
  const image = await fetch(image_url);
  assert.deepEqual([image.status, image.headers.get('content-type')], [200, 'image/png']);
  assert.equal(Buffer.from(await image.arrayBuffer()).toString('latin1', 1, 4), 'PNG');

  const altered = (change: (url: URL) => void) => {
    const url = new URL(image_url);
    change(url);
    return url;
  };
  const later = String(Number(new URL(image_url).searchParams.get('expires')) + 1);
  for (const url of [
    altered(({ searchParams }) => searchParams.set('expires', later)),
    altered(({ searchParams }) => searchParams.set('signature', 'A'.repeat(43))),
    altered(({ searchParams }) => searchParams.delete('signature')),
    altered((one) => {
      one.pathname = one.pathname.replace('default', 'another');
    }),
  ]) {
    const refused = await fetch(url);
    assert.equal(refused.status, 403, url.href);
    assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'LINK_REFUSED');
  }

  // The same end in two shapes under two ids, and each told of by the screenshot.
  const run = await arrivedAt('/run');
  assert.notEqual(run.headers['webhook-id'], headers['webhook-id']);
  assert.equal(run.headers['shotwire-event-id'], headers['shotwire-event-id']);
  await eventually(async () => {
    const { webhook, deliveries } = await house.see(id);
    assert.equal(webhook?.state, 'succeeded');
    const shown = deliveries?.map((one) => [one.id, one.app_id, one.event, one.state, one.attempts]);
    assert.deepEqual(
      shown?.sort(),
      [
        [headers['webhook-id'], app.id, 'screenshot.completed', 'succeeded', 1],
        [run.headers['webhook-id'], null, 'screenshot.completed', 'succeeded', 1],
      ].sort(),
    );
  });
});

test('a request has a secret, headers and events of its own for its webhook, and nobody is shown them again', async () => {
  const { site, receiver, post } = house;
  const own = {
    webhook_url: `${receiver.url}/own`,
    webhook_secret: 'known to this request alone',
    webhook_headers: { 'X-Team': 'blue' },
    webhook_events: ['screenshot.failed'],
  };
  const reserved = await post({ url: site.url, ...own, webhook_headers: { 'Webhook-Id': 'msg_1' } });
  assert.equal(reserved.status, 422);

  const good = await house.ask({ url: `${site.url}/plain.html`, ...own });
  assert.equal((await house.end(good.id)).status, 'completed');
  const bad = await house.ask({ url: 'http://nowhere.example/', ...own });
  assert.equal((await house.end(bad.id)).status, 'failed');

  const { request, headers } = await arrivedAt('/own');
  assert.equal(JSON.parse(request.body.toString()).data.id, bad.id, 'what it did not ask for is not sent');
  assert.equal(headers['x-team'], 'blue');
  new Webhook(Buffer.from(own.webhook_secret).toString('base64')).verify(request.body.toString(), headers);
  const { webhook_secret: ofAccount } = (await (await house.get('/api/v1/account/signing-secret')).json()) as { webhook_secret: string };
  assert.throws(() => new Webhook(ofAccount).verify(request.body.toString(), headers));

  await eventually(async () => assert.equal((await house.see(bad.id)).webhook?.state, 'succeeded'));
  assert.equal((await house.see(good.id)).webhook, null);
  for (const { id } of [good, bad]) assert.doesNotMatch(JSON.stringify(await house.see(id)), /known to|blue/);
  assert.equal(receiver.requests.filter(({ path }) => path === '/own').length, 1);
});

test('who shares no secret with the house verifies its webhooks with the keys that it publishes', async () => {
  const { site, receiver, stack } = house;
  await house.ask({ url: `${site.url}/plain.html`, webhook_url: `${receiver.url}/published` });
  const { request, headers } = await arrivedAt('/published');
  const answer = await fetch(`${stack.url}/.well-known/jwks.json`);
  const { keys } = (await answer.json()) as { keys: (JsonWebKey & { kid: string })[] };
  const jwk = keys.find(({ kid }) => kid === headers['shotwire-key-id']) ?? assert.fail('the key is published');

  const [, signature = ''] = /(?:^| )v1a,(\S+)$/.exec(headers['webhook-signature'] ?? '') ?? [];
  const isGenuine = (body: Buffer) => {
    const signed = Buffer.concat([Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`), body]);
    return verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(signature, 'base64'));
  };
  assert.equal(isGenuine(request.body), true);
  assert.equal(isGenuine(Buffer.concat([request.body, Buffer.from(' ')])), false);
});
