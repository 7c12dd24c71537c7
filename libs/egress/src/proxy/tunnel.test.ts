import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startDnsServer } from '../testing/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestProxy, textOf } from '../testing/open-test-proxy.ts';

test('a tunnel carries bytes both ways, those sent ahead of the answer too', async () => {
  await using server = await listen(createServer((socket) => socket.pipe(socket)));
  await using door = await openTestProxy();
  const { socket, head } = await door.tunnel(`127.0.0.1:${server.port}`, 'early ');
  assert.match(head, /^HTTP\/1\.1 200 /);
  socket.end('late');
  assert.equal(await textOf(socket), 'early late');
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'ok');
  assert.equal(door.proxy.counts.bytesUp, 10);
  assert.equal(door.proxy.counts.bytesDown, 10);
});

test('the end of one direction leaves the other open', async () => {
  const target = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume().once('end', () => socket.end('after your end'));
  });
  await using server = await listen(target);
  await using door = await openTestProxy();
  const { socket } = await door.tunnel(`127.0.0.1:${server.port}`);
  socket.end();
  assert.equal(await textOf(socket), 'after your end');

  const served = once(target, 'connection');
  const other = await door.tunnel(`127.0.0.1:${server.port}`);
  const [serverSide] = (await served) as [Socket];
  serverSide.removeAllListeners('end').end();
  await once(other.socket.resume(), 'end');
  other.socket.end('after theirs');
  const [chunk] = await once(serverSide, 'data');
  assert.equal(String(chunk), 'after theirs');
});

test('a reset by the server is a reset for the browser, not an end', async () => {
  await using server = await listen(createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
  await using door = await openTestProxy();
  const { socket } = await door.tunnel(`127.0.0.1:${server.port}`);
  socket.resume().write('x');
  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal((socket.errored as NodeJS.ErrnoException | null)?.code, 'ECONNRESET');
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'connection_failed');
});

test('a reset by the browser ends the connection to the server', async () => {
  const target = createServer();
  await using server = await listen(target);
  await using door = await openTestProxy();
  const served = once(target, 'connection');
  const { socket } = await door.tunnel(`127.0.0.1:${server.port}`);
  const [serverSide] = (await served) as [Socket];
  socket.resetAndDestroy();
  await new Promise((resolve) => serverSide.resume().once('close', resolve));
});

test('a large transfer arrives whole through a slow reader', async () => {
  const size = 8 * 1024 * 1024;
  await using server = await listen(createServer((socket) => socket.end(Buffer.alloc(size, 'x'))));
  await using door = await openTestProxy();
  const { socket } = await door.tunnel(`127.0.0.1:${server.port}`);
  let received = 0;
  for await (const chunk of socket) {
    received += chunk.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  // The first bytes may have come with the answer's head.
  assert.ok(received > size - 70_000 && received <= size, `${received}`);
});

test('what cannot be tunnelled is answered with a status and no body', async () => {
  const closed = await listen(createServer());
  await closed[Symbol.asyncDispose]();
  await using dns = await startDnsServer({});
  await using door = await openTestProxy({ dns: dns.address });
  const { port } = closed;
  for (const [target, status, outcome] of [
    ['127.0.0.9:443', 403, 'blocked'],
    ['127.0.0.1:22', 403, 'blocked'],
    ['[::1]:443', 403, 'blocked'],
    ['[::ffff:127.0.0.9]:443', 403, 'blocked'],
    [`127.0.0.1:${port}`, 502, 'connection_refused'],
    ['name.test:443', 502, 'dns_failed'],
  ] as const) {
    const answer = await door.say(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} [^]*\r\n\r\n$`), target);
    const { hostname, port } = new URL(`https://${target}`);
    assert.equal(door.proxy.outcomeOf(hostname, Number(port || 443)), outcome, target);
  }
});

test('a refused client leaves no socket behind', async () => {
  await using door = await openTestProxy();
  const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
  const before = sockets();
  const { socket } = await door.tunnel('127.0.0.9:443');
  await once(socket.resume(), 'end');
  socket.end();
  const deadline = AbortSignal.timeout(2000);
  while (sockets() > before) await setTimeout(5, undefined, { signal: deadline });
});
