import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shotwire as command } from '../../libs/client/src/cli/command.fixture.ts';
import { Shotwire } from '../../libs/client/src/index.ts';
import { openGateway } from '../../services/gateway/src/gateway.fixture.ts';
import { openApp } from '../../services/gateway/src/open-app.ts';

let gateway: Awaited<ReturnType<typeof openGateway>>;
let app: Awaited<ReturnType<typeof openApp>>;
let url: string;
before(async () => {
  gateway = await openGateway();
  app = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 200 });
  url = `http://127.0.0.1:${app.port}`;
});
after(async () => {
  await app[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const shotwire = (apiKey = 'key-one') => new Shotwire({ baseUrl: url, apiKey });
const env = { SHOTWIRE_API_KEY: 'key-one' };

test('a screenshot is waited for until the gateway says that it has completed, and its image is the bytes in the archive', async () => {
  const { id } = await gateway.make();
  const waiting = shotwire().waitFor(id);
  await gateway.complete(id, Buffer.from('a picture'));
  const shot = await waiting;
  assert.equal(shot.status, 'completed');
  assert.equal(Buffer.from(await shot.image()).toString(), 'a picture');
  assert.equal(await new Response(await shot.imageStream()).text(), 'a picture');
});

test('a list is typed and paged as the gateway pages it', async () => {
  await gateway.make({ url: 'https://example.com/1' });
  await gateway.make({ url: 'https://example.com/2' });
  const first = await shotwire().call('get', '/api/v1/screenshots', { query: { limit: 1 } });
  const second = await shotwire().call('get', '/api/v1/screenshots', { query: { limit: 1, cursor: first.next_cursor ?? '' } });
  assert.deepEqual(
    [first, second].map(({ data }) => data[0]?.url),
    ['https://example.com/2', 'https://example.com/1'],
  );
});

test('what has no answer gives none; what is not there is NOT_FOUND, with the id of the request', async () => {
  const { id } = await gateway.make();
  const one = { path: { id } };
  assert.equal(await shotwire().call('delete', '/api/v1/screenshots/{id}', one), undefined);
  await assert.rejects(shotwire().call('get', '/api/v1/screenshots/{id}', one), ({ code, status, requestId }) => {
    assert.deepEqual([code, status, typeof requestId], ['NOT_FOUND', 404, 'string']);
    return true;
  });
});

test('a key that is unknown is refused: UNAUTHORIZED, and 3 by the command line', async () => {
  await assert.rejects(shotwire('sk_unknown').capture({ url: 'https://example.com' }), { status: 401 });
  const { code } = await command(['shot', 'https://example.com', '-o', 'x.png'], { url });
  assert.equal(code, 3);
});

test('all that is wrong with a wish is told at once, by the names of the flags', async () => {
  const wrong = ['--width', '1', '--timeout=-5', '--format', 'gif', '--clip', '{"x": "left"}'];
  const args = ['shot', 'ftp://example.com', '-o', 'x.png', ...wrong];
  const { code, stderr } = await command(args, { url, env });
  assert.equal(code, 2, stderr);
  for (const field of ['url', '--width', '--format', '--timeout', '--clip']) assert.match(stderr, new RegExp(`^ {2}${field}\\b`, 'm'));
});

test("the secret that listening signs with is the account's", async () => {
  const { webhook_secret: secret } = await shotwire().call('get', '/api/v1/account/signing-secret');
  assert.match(secret, /^whsec_/);
});
