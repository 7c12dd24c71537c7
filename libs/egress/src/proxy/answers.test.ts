import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../testing/listen.ts';
import { openTestProxy } from '../testing/open-test-proxy.ts';

test('a server that breaks off before its answer is 502 and connection_failed', async () => {
  const endings: ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.end(),
    (socket) => socket.end('garbage\r\n\r\n'),
    (socket) => socket.end('HTTP/1.1 200 OK\r\nX-Bad: \u0001\r\n\r\n'),
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'),
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`),
    (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
    (socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'),
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    (socket) => socket.end('HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'),
  ];
  for (const [index, ending] of endings.entries()) {
    await using server = await listen(createTcpServer((socket) => void socket.once('data', () => ending(socket))));
    await using door = await openTestProxy();
    const reply = await door.fetch(`http://127.0.0.1:${server.port}/`);
    assert.equal(reply.status, 502, `ending ${index}`);
    assert.equal(reply.body, '');
    assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'connection_failed');
  }
});

test('a server that hangs up before it is asked is tried once', async () => {
  let connections = 0;
  await using server = await listen(
    createTcpServer((socket) => {
      connections++;
      socket.resetAndDestroy();
    }),
  );
  await using door = await openTestProxy();
  assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).status, 502);
  assert.equal(connections, 1);
});

test('bytes beyond an answer never become the answer to the next request', async () => {
  let connections = 0;
  await using server = await listen(
    createTcpServer((socket) => {
      const number = ++connections;
      const reply = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
      socket.on('data', () => socket.write(reply(`own ${number}`) + (number === 1 ? reply('stray') : '')));
    }),
  );
  await using door = await openTestProxy();
  const bodies = [];
  for (let round = 0; round < 3; round++) bodies.push((await door.fetch(`http://127.0.0.1:${server.port}/`)).body);
  assert.deepEqual(bodies, ['own 1', 'own 2', 'own 2']);
});

test('a large answer arrives whole through a slow reader, without being held in memory', async () => {
  const size = 32 * 1024 * 1024;
  await using server = await listen(createServer((_request, response) => void response.end(Buffer.alloc(size, 'x'))));
  await using door = await openTestProxy();
  const socket = door.open();
  socket.write(`GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  // The kernel's buffers fill up, and then nothing more is read from the server.
  let [before, now] = [-1, 0];
  const deadline = AbortSignal.timeout(5000);
  while (before !== now) {
    await setTimeout(100, undefined, { signal: deadline });
    [before, now] = [now, door.proxy.counts.bytesDown];
  }
  assert.ok(now < size, `${now}`);
  socket.resume();
  while (door.proxy.counts.bytesDown < size) await setTimeout(5, undefined, { signal: deadline });
  socket.destroy();
});

test('answers without a body leave the connection in order', async () => {
  const statuses = [204, 304, 200];
  await using server = await listen(
    createServer((request, response) => void response.writeHead(Number(request.url?.slice(1)), { 'X-Seen': 'yes' }).end()),
  );
  await using door = await openTestProxy();
  for (const status of statuses)
    for (const method of ['GET', 'HEAD']) {
      const reply = await door.fetch(`http://127.0.0.1:${server.port}/${status}`, { method });
      assert.deepEqual([reply.status, reply.body, reply.rawHeaders.includes('X-Seen')], [status, '', true]);
    }
});

test('what an answer says early, and a reason in another alphabet, do no harm', async () => {
  await using server = await listen(
    createTcpServer(
      (socket) =>
        void socket.once('data', () =>
          socket.end(
            'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Не найдено\r\nX-Theirs: café\r\nContent-Length: 4\r\n\r\ngone',
          ),
        ),
    ),
  );
  await using door = await openTestProxy();
  const reply = await door.fetch(`http://127.0.0.1:${server.port}/`);
  assert.deepEqual([reply.status, reply.body], [404, 'gone']);
});

test('an answer that breaks off half-way breaks off for the browser too', async () => {
  const halves = [
    'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  ];
  for (const half of halves) {
    await using server = await listen(createTcpServer((socket) => void socket.once('data', () => socket.end(half))));
    await using door = await openTestProxy();
    await assert.rejects(door.fetch(`http://127.0.0.1:${server.port}/`), { code: 'ECONNRESET' });
  }
});

test('an answer without a length ends where the server ends it', async () => {
  await using server = await listen(
    createTcpServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))),
  );
  await using door = await openTestProxy();
  assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).body, 'all of it');
});

test('a slow server is waited for, and what it has said is passed on at once', async () => {
  await using server = await listen(
    createServer((_request, response) => {
      response.writeHead(200).flushHeaders();
      void setTimeout(50).then(() => response.write('one'));
      void setTimeout(150).then(() => response.end('two'));
    }),
  );
  await using door = await openTestProxy();
  const socket = door.open();
  socket.write(`GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  const [head] = await once(socket, 'data');
  assert.match(String(head), /^HTTP\/1\.1 200 OK/);
  assert.doesNotMatch(String(head), /one/);
  let rest = String(head);
  while (!rest.includes('two')) rest += (await once(socket, 'data'))[0];
  socket.destroy();
});
