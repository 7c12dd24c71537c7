import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breaks, breaksOff, hangs, no, openServer, type Reply, screenshotOf } from './server.fixture.ts';
import { ShotwireError } from './shotwire-error.ts';

const wish = { url: 'https://example.com', full_page: true };
const picture: Reply = (response) => void response.writeHead(200, { 'content-type': 'image/png' }).end('a picture');

test('a screenshot that the server waited for is there after one request, and its image after another', async () => {
  await using server = await openServer(screenshotOf('completed'), picture);
  const shot = await server.shotwire.capture(wish);
  assert.equal(Buffer.from(await shot.image()).toString(), 'a picture');
  assert.deepEqual(
    server.came.map(({ method, path }) => `${method} ${path}`),
    ['POST /api/v1/screenshots', 'GET /api/v1/screenshots/s1/image'],
  );
  assert.deepEqual(JSON.parse(server.came[0]?.body ?? ''), wish);
  assert.equal(server.came[0]?.headers.prefer, 'wait=30');
});

test('one that takes longer is asked for until it has ended', async () => {
  await using server = await openServer(screenshotOf('pending'), screenshotOf('processing'), screenshotOf('completed'));
  assert.equal((await server.shotwire.capture(wish)).status, 'completed');
  assert.equal(server.came.length, 3);
});

test('whatever gets lost on the way, all tries have one Idempotency-Key; another capture has another', async () => {
  await using server = await openServer(breaks, breaksOff, screenshotOf('completed'));
  await server.shotwire.capture(wish);
  await server.shotwire.capture(wish);
  const keys = server.came.map(({ headers }) => headers['idempotency-key']);
  assert.equal(new Set(keys.slice(0, 3)).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
  assert.notEqual(keys[3], keys[0]);
});

test('what kept the page from being captured is thrown, with the screenshot', async () => {
  const error = { code: 'DNS_FAILED', message: 'There is no such host.' };
  await using server = await openServer(screenshotOf('failed', { error }));
  await assert.rejects(server.shotwire.capture(wish), (thrown) => {
    assert.ok(thrown instanceof ShotwireError);
    assert.deepEqual([thrown.code, thrown.message, thrown.screenshot?.id], [error.code, error.message, 's1']);
    return true;
  });
  await using other = await openServer(screenshotOf('cancelled'));
  await assert.rejects(other.shotwire.capture(wish), { code: 'CANCELLED' });
});

test('the time for it is over while the server is silent, or while it works', async () => {
  await using silent = await openServer(hangs);
  await assert.rejects(silent.shotwire.capture(wish, { timeoutMs: 100 }), { code: 'WAIT_TIMEOUT' });
  await using busy = await openServer(screenshotOf('pending'));
  await assert.rejects(busy.shotwire.capture(wish, { timeoutMs: 400 }), { code: 'WAIT_TIMEOUT', message: /s1/ });
});

test('an answer that is no screenshot is refused', async () => {
  await using server = await openServer({ json: { data: [] } });
  await assert.rejects(server.shotwire.capture(wish), { code: 'UNEXPECTED_ANSWER' });
});

test('waiting gives a screenshot however it ended, and leaves with its signal', async () => {
  await using server = await openServer(screenshotOf('processing'), screenshotOf('failed'));
  assert.equal((await server.shotwire.waitFor('s1')).status, 'failed');
  await using busy = await openServer(screenshotOf('pending'));
  await assert.rejects(busy.shotwire.waitFor('s1', { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
});

test('an image that breaks off is got again; one that is not there any more is refused', async () => {
  const half: Reply = (response) => {
    response.writeHead(200, { 'content-length': '100' }).write('a pic', () => response.destroy());
  };
  await using server = await openServer(screenshotOf('completed'), half, picture, no(410, 'EXPIRED'));
  const shot = await server.shotwire.waitFor('s1');
  assert.equal(Buffer.from(await shot.image()).toString(), 'a picture');
  await assert.rejects(shot.image(), { code: 'EXPIRED', status: 410 });
});

test('an image is also given as it comes', async () => {
  await using server = await openServer(screenshotOf('completed'), picture);
  const stream = await (await server.shotwire.waitFor('s1')).imageStream();
  assert.equal(await new Response(stream).text(), 'a picture');
});
