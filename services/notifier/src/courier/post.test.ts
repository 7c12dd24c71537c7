import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { deadline } from '@shotwire/deadlines';
import { createGuard, createGuardedAgent, createResolver, type Guard, parseAllowEntry } from '@shotwire/egress';
import { testCertificate } from '@shotwire/egress/testing';
import { startReceiver } from '@shotwire/testing';
import { post } from './post.ts';

const loopback = createGuard({
  allow: [parseAllowEntry('127.0.0.0/8') ?? assert.fail()],
  resolver: createResolver({ servers: ['127.0.0.1:9'], timeoutMs: 200, tries: 1 }),
});

async function postTo(
  t: TestContext,
  url: string,
  { guard = loopback, timeoutMs = 5_000 }: { guard?: Pick<Guard, 'dial'>; timeoutMs?: number } = {},
) {
  const dispatcher = createGuardedAgent({ guard, connectTimeoutMs: 5_000 });
  t.after(() => dispatcher.destroy());
  using limit = deadline(timeoutMs, new DOMException('Too late.', 'TimeoutError'), new AbortController().signal);
  const { signal } = limit;
  const { cause: _, ...posted } = {
    cause: undefined,
    ...(await post({ dispatcher, letter: { url: new URL(url), method: 'POST', headers: {}, body: Buffer.from('{}') }, signal })),
  };
  return posted;
}

/** Answers every connection with these bytes, as they are; `then` goes on. */
async function startSpeaker(t: TestContext, bytes: string | Buffer, then: (socket: Socket) => void = () => {}): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(bytes);
      then(socket);
    });
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${await portOf(server)}`;
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

test('the answer is its status and its beginning', async (t) => {
  await using receiver = await startReceiver({ script: [() => ({ status: 202, body: 'thanks' })] });
  assert.deepEqual(await postTo(t, receiver.url), {
    kind: 'answered',
    status: 202,
    response: Buffer.from('thanks'),
    headers: {},
  });
});

test('what a receiver wants is read from its answer, unless it says it twice', async (t) => {
  const headersOf = async (lines: string) => {
    const posted = await postTo(t, await startSpeaker(t, `HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n${lines}\r\n`));
    return posted.kind === 'answered' && posted.headers;
  };
  assert.deepEqual(await headersOf('Retry-After: 7\r\nWebhook-Delivery: disable\r\n'), { retryAfter: '7', webhookDelivery: 'disable' });
  assert.deepEqual(await headersOf('Retry-After: 7\r\nRetry-After: 9\r\n'), {});
});

test('a redirect is an answer and is not followed', async (t) => {
  await using elsewhere = await startReceiver();
  await using receiver = await startReceiver({ script: [() => ({ status: 307, headers: { location: elsewhere.url } })] });
  const posted = await postTo(t, receiver.url);
  assert.equal(posted.kind === 'answered' && posted.status, 307);
  assert.equal(elsewhere.requests.length, 0);
});

test('of a huge answer 16 KiB are read, and the rest is not waited for', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n';
  const closed = Promise.withResolvers<void>();
  const url = await startSpeaker(t, head + 'x'.repeat(100_000), (socket) => socket.once('close', () => closed.resolve()));
  const posted = await postTo(t, url);
  assert.equal(posted.kind === 'answered' && posted.response.length, 16 * 1024);
  await closed.promise;
});

test('a compressed answer is not unpacked', async (t) => {
  const packed = gzipSync('0'.repeat(1_000_000));
  await using receiver = await startReceiver({ script: [() => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body: packed })] });
  assert.deepEqual(await postTo(t, receiver.url), { kind: 'answered', status: 200, response: packed, headers: {} });
});

test('an answer that drips is ended by the deadline, however steadily it drips', async (t) => {
  const url = await startSpeaker(t, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', (socket) => {
    const timer = setInterval(() => socket.write('.'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const began = performance.now();
  assert.deepEqual(await postTo(t, url, { timeoutMs: 300 }), { kind: 'unanswered', trouble: 'timeout', status: 200 });
  assert.ok(performance.now() - began < 2_000);
});

test('a receiver that takes the request and is silent is a timeout', async (t) => {
  assert.deepEqual(await postTo(t, await startSpeaker(t, ''), { timeoutMs: 200 }), { kind: 'unanswered', trouble: 'timeout' });
});

test('a dial that does not end is a timeout too', async (t) => {
  const guard = { dial: () => new Promise<never>(() => {}) };
  assert.deepEqual(await postTo(t, 'http://127.0.0.1:1', { guard, timeoutMs: 200 }), { kind: 'unanswered', trouble: 'timeout' });
});

test('each way to fail has a word of its own', async (t) => {
  const gone = await startReceiver();
  await gone[Symbol.asyncDispose]();
  const tls = createTlsServer(testCertificate);
  t.after(() => tls.close());
  const rows: readonly [string, string][] = [
    [gone.url, 'connection_refused'],
    ['http://127.0.0.1:1', 'blocked_address'],
    ['http://10.0.0.1', 'blocked_address'],
    ['http://no-such-host.test', 'dns_ours'],
    [`https://127.0.0.1:${await portOf(tls)}`, 'tls_failed'],
    [await startSpeaker(t, '', (socket) => socket.destroy()), 'connection_failed'],
    [await startSpeaker(t, 'SSH-2.0-OpenSSH_9.2\r\n'), 'connection_failed'],
    [await startSpeaker(t, `HTTP/1.1 200 OK\r\n${`x-flood: ${'x'.repeat(1000)}\r\n`.repeat(100)}\r\n`), 'connection_failed'],
  ];
  for (const [url, trouble] of rows) assert.deepEqual(await postTo(t, url), { kind: 'unanswered', trouble }, `${url} ${trouble}`);
});
