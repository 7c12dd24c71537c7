import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { type Screenshot, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { eventually } from '@shotwire/testing';
import { openGateway } from '../gateway.fixture.ts';
import { openApp } from '../open-app.ts';

test('the bytes come as they are stored, with type, length and tag', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  const picture = randomBytes(300_000);
  await gateway.complete(id, picture);
  const { status, headers, bytes } = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
  assert.equal(status, 200);
  assert.ok(bytes.equals(picture));
  assert.equal(headers['content-type'], 'image/png');
  assert.equal(headers['content-length'], '300000');
  assert.equal(headers.etag, `"${id}"`);
  assert.match(String(headers['cache-control']), /^private/);
});

test('HEAD says the same without the bytes', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
  const answer = await fetch(`http://127.0.0.1:${open.port}/api/v1/screenshots/${id}/image`, {
    method: 'HEAD',
    headers: { authorization: 'Bearer key-one' },
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-length'), '7');
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.equal((await answer.bytes()).length, 0);
});

test('HEAD leaves nothing open in the archive', async () => {
  const body = Readable.from([Buffer.alloc(10)]);
  await using gateway = await openGateway({ parts: { archive: { get: async () => ({ body, size: 10, mimeType: 'image/png' }) } } });
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  assert.equal((await gateway.ask('HEAD', `/api/v1/screenshots/${id}/image`)).status, 200);
  assert.ok(body.destroyed);
});

test('who has the image already is told so', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  const path = `/api/v1/screenshots/${id}/image`;
  for (const tag of [`"${id}"`, `W/"${id}"`, '*', `"other", "${id}"`]) {
    const { status, bytes, headers } = await gateway.ask('GET', path, { headers: { 'if-none-match': tag } });
    assert.equal(status, 304, tag);
    assert.equal(bytes.length, 0);
    assert.equal(headers.etag, `"${id}"`);
  }
  assert.equal((await gateway.ask('GET', path, { headers: { 'if-none-match': '"other"' } })).status, 200);
});

test('before there is an image it is 404 NOT_READY', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  for (const status of [ScreenshotStatus.PENDING, ScreenshotStatus.PROCESSING]) {
    (gateway.intake.screenshots.get(id) as Screenshot).status = status;
    const answer = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`, { headers: { 'if-none-match': '*' } });
    assert.equal(answer.status, 404);
    assert.equal(answer.json.error.code, 'NOT_READY');
    assert.equal(answer.headers['retry-after'], '1');
  }
});

test('without an image it is 404 NO_IMAGE', async () => {
  await using gateway = await openGateway();
  const { id } = await gateway.make();
  for (const status of [ScreenshotStatus.FAILED, ScreenshotStatus.CANCELLED]) {
    (gateway.intake.screenshots.get(id) as Screenshot).status = status;
    const answer = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
    assert.equal(answer.status, 404);
    assert.equal(answer.json.error.code, 'NO_IMAGE');
  }
});

test('after retention, and when the object is gone, it is 410 EXPIRED', async () => {
  await using gateway = await openGateway();
  const lapsed = await gateway.make();
  await gateway.complete(lapsed.id, Buffer.from('picture'), { expiresMs: Date.now() - 1 });
  const gone = await gateway.make();
  await gateway.complete(gone.id, Buffer.from('picture'));
  await gateway.archive.delete({ key: `images/${gone.id}.png`, signal: AbortSignal.timeout(5_000) });
  for (const { id } of [lapsed, gone]) {
    const { status, json, headers } = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
    assert.equal(status, 410);
    assert.equal(json.error.code, 'EXPIRED');
    assert.equal(headers.etag, undefined);
  }
});

test('an archive that fails is 503, and one that breaks in the middle ends the connection', async () => {
  let answer: () => Promise<{ body: Readable; size: number; mimeType: string }>;
  await using gateway = await openGateway({ parts: { archive: { get: () => answer() } } });
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  answer = async () => {
    throw new Failure('storage_failed', { cause: new Error('10.0.0.5 is down') });
  };
  const failed = await gateway.ask('GET', `/api/v1/screenshots/${id}/image`);
  assert.equal(failed.status, 503);
  assert.ok(failed.headers['retry-after']);
  assert.doesNotMatch(failed.bytes.toString(), /10\.0\.0\.5/);

  const body = Readable.from(
    (async function* () {
      yield Buffer.alloc(10);
      throw new Failure('storage_failed');
    })(),
  );
  answer = async () => ({ body, size: 20, mimeType: 'image/png' });
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });
  const headers = { authorization: 'Bearer key-one' };
  await assert.rejects(fetch(`http://127.0.0.1:${open.port}/api/v1/screenshots/${id}/image`, { headers }).then((got) => got.bytes()));
});

test('a client that reads nothing holds the archive back, and one that leaves ends its stream', async () => {
  const mebibyte = Buffer.alloc(1024 * 1024);
  let taken = 0;
  const body = new Readable({
    read() {
      taken++;
      // Later, as a disk or a socket would.
      setImmediate(() => this.push(taken <= 500 ? mebibyte : null));
    },
  });
  let signal: AbortSignal | undefined;
  const get = async (wish: { signal: AbortSignal }) => {
    signal = wish.signal;
    return { body, size: 500 * mebibyte.length, mimeType: 'image/png' };
  };
  await using gateway = await openGateway({ parts: { archive: { get } } });
  const { id } = await gateway.make();
  await gateway.complete(id, Buffer.from('picture'));
  await using open = await openApp({ app: gateway.app, host: '127.0.0.1', port: 0, graceMs: 100 });

  const client = connect(open.port, '127.0.0.1');
  client.write(`GET /api/v1/screenshots/${id}/image HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key-one\r\n\r\n`);
  await once(client, 'readable');
  const seen = [-1];
  await eventually(() => seen.at(-1) === seen[seen.push(taken) - 2], { everyMs: 200 });
  assert.ok(taken < 100, `${taken} MiB were taken for a client that reads nothing`);
  assert.equal(signal?.aborted, false);
  client.destroy();
  await eventually(() => assert.ok(body.destroyed && signal?.aborted));
  await eventually(() => assert.ok(gateway.lines.some(({ msg, aborted }) => msg === 'request' && aborted === true)));
});
