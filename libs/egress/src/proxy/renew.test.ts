import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startDnsServer } from '../testing/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestProxy, textOf } from '../testing/open-test-proxy.ts';

const closed = (socket: Socket) => (socket.closed ? Promise.resolve() : new Promise((resolve) => socket.resume().once('close', resolve)));

test('a renewed proxy keeps its port and begins its books anew', async () => {
  await using server = await listen(createServer((_request, response) => void response.end('page')));
  await using door = await openTestProxy();
  const { url, counts } = door.proxy;
  await door.fetch(`http://127.0.0.1:${server.port}/`);
  await door.fetch('http://127.0.0.9/');
  assert.equal(door.proxy.renew({}), true);
  assert.equal(door.proxy.url, url);
  assert.equal(
    Object.values(door.proxy.counts).every((count) => count === 0),
    true,
  );
  assert.equal(counts.requests, 2, 'what was read before keeps its figures');
  assert.equal(door.proxy.outcomeOf('127.0.0.9', 80), undefined);
  assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).body, 'page');
  assert.equal(door.proxy.counts.requests, 1);
});

test('filter and limits are those of the last renewal', async () => {
  await using server = await listen(createServer((_request, response) => void response.end('page')));
  await using door = await openTestProxy({ refuse: () => 'all', limits: { maxRequests: 1 } });
  const url = `http://127.0.0.1:${server.port}/`;
  assert.equal((await door.fetch(url)).status, 403);
  door.proxy.renew({ limits: { maxRequests: 2 } });
  for (let round = 0; round < 2; round++) assert.equal((await door.fetch(url)).status, 200);
  door.proxy.renew({ refuse: (host) => (host === '127.0.0.1' ? 'this one' : undefined) });
  for (let round = 0; round < 3; round++) assert.equal((await door.fetch(url)).status, 403);
  assert.equal(door.proxy.overLimit(), undefined);
});

test('a renewed proxy asks for the address of a name again', async () => {
  await using dns = await startDnsServer({ 'turn.test': { a: ['127.0.0.1'] } });
  await using server = await listen(createServer((_request, response) => void response.end('page')));
  await using door = await openTestProxy({ dns: dns.address });
  assert.equal((await door.fetch(`http://turn.test:${server.port}/`)).status, 200);
  dns.records['turn.test'] = { a: ['127.0.0.2'] };
  door.proxy.renew({});
  assert.equal((await door.fetch(`http://turn.test:${server.port}/`)).status, 403);
});

test('renewal ends every connection of the last capture, and nothing of them counts for the next', async () => {
  await using dns = await startDnsServer({ 'silent.test': { silent: true } });
  const target = createServer((request) => void request.resume());
  await using server = await listen(target);
  await using plain = await listen(createServer((_request, response) => void response.end('page')));
  await using echo = await listen(createTcpServer((socket) => socket.pipe(socket)));
  await using door = await openTestProxy({ dns: dns.address });
  await door.fetch(`http://127.0.0.1:${plain.port}/`);
  assert.equal(plain.sockets.size, 1, 'the pool keeps a connection');
  const { socket: tunnel } = await door.tunnel(`127.0.0.1:${echo.port}`);
  const waiting = door.open();
  waiting.write(`GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  const [, response] = (await once(target, 'request')) as [unknown, ServerResponse];
  const uploading = door.open();
  uploading.write(
    `POST http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(100_000)}`,
  );
  await once(target, 'request');
  const dialling = door.open();
  dialling.write('CONNECT silent.test:443 HTTP/1.1\r\nHost: silent.test:443\r\n\r\n');
  const idle = door.open();
  await once(idle, 'connect');
  const deadline = AbortSignal.timeout(400);
  while (!dns.questions.includes('silent.test')) await setTimeout(1, undefined, { signal: deadline });
  const events = door.events.length;
  door.proxy.renew({});
  response.end('too late');
  await Promise.all([tunnel, waiting, uploading, dialling, idle].map(textOf));
  await Promise.all([...server.sockets, ...plain.sockets, ...echo.sockets].map(closed));
  assert.equal(
    Object.values(door.proxy.counts).every((count) => count === 0),
    true,
  );
  assert.equal(door.events.length, events, 'no event of the last capture comes late');
  assert.equal((await door.fetch(`http://127.0.0.1:${plain.port}/`)).body, 'page');
});

test('bodies without an end do not outlive a renewal, nor do bodies that drip', async () => {
  const bodies: ((response: ServerResponse) => void)[] = [
    (response) => {
      const more = () => {
        while (response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', more);
      more();
    },
    (response) => {
      const drip = setInterval(() => response.write('.'), 5);
      response.once('close', () => clearInterval(drip));
    },
  ];
  for (const body of bodies)
    for (const end of ['renew', 'dispose'] as const) {
      await using server = await listen(createServer((_request, response) => body(response)));
      await using door = await openTestProxy();
      const socket = door.open();
      socket.write(`GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
      const text = textOf(socket);
      const deadline = AbortSignal.timeout(2000);
      while (door.proxy.counts.bytesDown < 2) await setTimeout(1, undefined, { signal: deadline });
      const ends = [...server.sockets].map(closed);
      if (end === 'renew') door.proxy.renew({});
      else await door.proxy[Symbol.asyncDispose]();
      await Promise.all([text, ...ends]);
      if (end === 'renew') assert.equal(door.proxy.counts.bytesDown, 0);
    }
});

test('a proxy that passed a limit, or was disposed, is finished', async () => {
  await using door = await openTestProxy({ limits: { maxRequests: 0 } });
  await assert.rejects(door.fetch('http://127.0.0.9/'));
  assert.equal(door.proxy.renew({}), false);
  assert.equal(door.proxy.overLimit(), 'maxRequests');
  await assert.rejects(door.fetch('http://127.0.0.9/'));

  const disposed = await openTestProxy();
  await disposed.proxy[Symbol.asyncDispose]();
  assert.equal(disposed.proxy.renew({}), false);
});
