import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort, startReceiver } from '@shotwire/testing';
import { no, openServer, type Reply } from '../../server.fixture.ts';
import { verifyWebhook } from '../../webhooks/verify-webhook.ts';
import { shotwire } from '../command.fixture.ts';

const secret = 'a secret of these tests';
const event = (id: number) =>
  `id: ${id}\nevent: screenshot.failed\ndata: {"id":"s${id}","url":"https://example.com","error":{"code":"TIMEOUT"}}\n\n`;
const line = (id: number) => `${id}  screenshot.failed  s${id}  https://example.com  TIMEOUT\n`;
const stream =
  (text: string): Reply =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);

/** Listens until this was written so often. */
async function listenUntil(said: RegExp, times: number, args: readonly string[], url: string) {
  let seen = 0;
  return shotwire(['listen', ...args], { url, onWrite: (text, interrupt) => said.test(text) && ++seen === times && interrupt() });
}

test('events are lines; a lost connection goes on where it was', async () => {
  await using server = await openServer(stream(event(1)), stream(event(2)));
  const { code, stdout, stderr } = await listenUntil(/^2 /, 1, ['--after', '0'], server.url);
  assert.deepEqual([code, stdout], [130, line(1) + line(2)]);
  assert.match(stderr, /^Listening to http.*\nThe stream of events has ended\. Again in 0\.\d s\.\n/);
  assert.deepEqual(
    server.came.map(({ headers }) => headers['last-event-id']),
    ['0', '1'],
  );
});

test('events are JSON where a program reads', async () => {
  await using server = await openServer(stream(event(1)));
  const { stdout } = await listenUntil(/^\{/, 1, ['--json'], server.url);
  assert.deepEqual(JSON.parse(stdout), {
    id: '1',
    type: 'screenshot.failed',
    data: { id: 's1', url: 'https://example.com', error: { code: 'TIMEOUT' } },
  });
});

for (const [whose, args] of [
  ['that was given', ['--secret', secret]],
  ['of the account', []],
] as const)
  test(`events are forwarded in order, as webhooks that verify by the secret ${whose}`, async () => {
    await using receiver = await startReceiver({ script: [200, 500] });
    await using server = await openServer(...(args.length > 0 ? [] : [{ json: { webhook_secret: secret } }]), stream(event(1) + event(2)));
    const { stderr } = await listenUntil(/taken|refused/, 2, ['--forward', `${receiver.url}/hook`, ...args], server.url);
    assert.match(stderr, /taken: 200 in \d+ ms\n {2}refused: 500 in \d+ ms\n/);
    const verified = await Promise.all(receiver.requests.map(({ body, headers }) => verifyWebhook({ body, headers, secret })));
    assert.deepEqual(
      verified.map(({ type, payload }) => [type, (payload as { data: { id: string } }).data.id]),
      [
        ['screenshot.failed', 's1'],
        ['screenshot.failed', 's2'],
      ],
    );
    assert.notEqual(verified[0]?.id, verified[1]?.id);
    assert.equal(receiver.requests[0]?.path, '/hook');
    assert.equal(receiver.requests[0]?.headers['user-agent'], 'Shotwire/1');
  });

test('a handler that is not there is told, and the next event is forwarded all the same', async () => {
  await using server = await openServer(stream(event(1) + event(2)));
  const { stderr } = await listenUntil(
    /not delivered/,
    2,
    ['--forward', `http://127.0.0.1:${await freePort()}`, '--secret', secret],
    server.url,
  );
  assert.match(stderr, /not delivered: ECONNREFUSED\n {2}not delivered: ECONNREFUSED/);
});

test('a redirect is an answer, and is not followed', async () => {
  await using receiver = await startReceiver({ script: [() => ({ status: 302, headers: { location: '/elsewhere' } })] });
  await using server = await openServer(stream(event(1)));
  const { stderr } = await listenUntil(/refused/, 1, ['--forward', receiver.url, '--secret', secret], server.url);
  assert.match(stderr, /refused: 302/);
  assert.equal(receiver.requests.length, 1);
});

test('a key that may not see the secret, or the events, ends it with 3', async () => {
  await using server = await openServer(no(403, 'FORBIDDEN'));
  assert.equal((await shotwire(['listen', '--forward', 'http://127.0.0.1:9'], server)).code, 3);
  assert.equal((await shotwire(['listen'], server)).code, 3);
});
