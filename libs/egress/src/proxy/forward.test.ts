import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { listen } from '../testing/listen.ts';
import { openTestProxy } from '../testing/open-test-proxy.ts';

test('a request reaches the server as it was sent, and the answer comes back as it was given', async () => {
  const seen: unknown[] = [];
  await using server = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        seen.push(request.method, request.url, request.headers.host, request.headers['x-mine'], body);
        response.writeHead(201, 'Made', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Theirs', 'café']).end('made');
      });
    }),
  );
  await using door = await openTestProxy();
  const reply = await door.fetch(`http://127.0.0.1:${server.port}/a/b?c=d%20e`, {
    method: 'POST',
    headers: { 'X-Mine': '1' },
    body: 'payload',
  });
  assert.deepEqual(seen, ['POST', '/a/b?c=d%20e', `127.0.0.1:${server.port}`, '1', 'payload']);
  assert.equal(reply.status, 201);
  assert.equal(reply.body, 'made');
  assert.deepEqual(
    reply.rawHeaders.filter((_, index) => reply.rawHeaders[index - 1] === 'Set-Cookie'),
    ['a=1', 'b=2'],
  );
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'ok');
  assert.ok(door.proxy.counts.bytesUp >= 7 && door.proxy.counts.bytesDown >= 4);
});

test('headers that are meant for the next hop go no further, either way', async () => {
  let seen: string[] = [];
  await using server = await listen(
    createTcpServer((socket) => {
      socket.once('data', (data) => {
        seen = String(data).toLowerCase().split('\r\n');
        socket.end(
          'HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nProxy-Authenticate: Basic\r\nKeep-Alive: timeout=9\r\nX-End: 1\r\n\r\n',
        );
      });
    }),
  );
  await using door = await openTestProxy();
  const { rawHeaders } = await door.fetch(`http://127.0.0.1:${server.port}/`, {
    headers: {
      Connection: 'keep-alive, x-private',
      'X-Private': '1',
      'Proxy-Authorization': 'Basic x',
      'Proxy-Connection': 'keep-alive',
      'X-End': '1',
      TE: 'trailers',
      Upgrade: 'h2c',
    },
  });
  const names = seen.map((line) => line.split(':')[0]);
  for (const name of ['x-private', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade']) assert.ok(!names.includes(name), name);
  assert.ok(names.includes('x-end'));
  const answered = rawHeaders.map((name) => name.toLowerCase());
  for (const name of ['x-hop', 'proxy-authenticate', 'timeout=9']) assert.ok(!answered.includes(name), name);
  assert.ok(answered.includes('x-end'));
});

test('the server sees the host that was judged, in its plain spelling', async () => {
  const hosts: unknown[] = [];
  await using server = await listen(createServer((request, response) => void response.end(String(hosts.push(request.headers.host)))));
  await using door = await openTestProxy();
  await door.fetch(`http://127.0.0.1:${server.port}/`, { headers: { host: `0x7F.1:${server.port}` } });
  assert.deepEqual(hosts, [`127.0.0.1:${server.port}`]);
});

test('a body without a length keeps its framing for every method', async () => {
  const bodies: string[] = [];
  await using server = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(`${request.method} ${body}`);
        response.end();
      });
    }),
  );
  await using door = await openTestProxy();
  for (const method of ['POST', 'DELETE', 'GET'])
    await door.fetch(`http://127.0.0.1:${server.port}/`, {
      method,
      headers: { 'transfer-encoding': 'chunked' },
      body: 'GET /smuggled HTTP/1.1\r\n\r\n',
    });
  assert.deepEqual(
    bodies.map((body) => body.split('\r\n')[0]),
    ['POST GET /smuggled HTTP/1.1', 'DELETE GET /smuggled HTTP/1.1', 'GET GET /smuggled HTTP/1.1'],
  );
});

test('a connection is used again, and a redirect is not followed', async () => {
  const target = createServer((_request, response) => void response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
  let connections = 0;
  target.on('connection', () => connections++);
  await using server = await listen(target);
  await using door = await openTestProxy();
  for (let round = 0; round < 3; round++) assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).status, 302);
  assert.equal(connections, 1);
  assert.equal(door.proxy.outcomeOf('10.0.0.1', 80), undefined);
});

test('a pooled connection that the server has dropped is replaced without a word', async () => {
  let connections = 0;
  await using server = await listen(
    createTcpServer((socket) => {
      const number = ++connections;
      let requests = 0;
      socket.on('data', () => {
        if (number === 1 && ++requests === 2) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx');
      });
    }),
  );
  await using door = await openTestProxy();
  for (let round = 0; round < 2; round++) assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).status, 200);
  assert.equal(connections, 2);
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'ok');
});

test('an answer that comes before the end of the request is passed on, and the next request is not held up by the rest', async () => {
  await using server = await listen(
    createServer((request, response) => {
      if (request.method === 'POST') response.writeHead(413, { connection: 'close' }).end('too much');
      else response.end('next');
    }),
  );
  await using door = await openTestProxy();
  const socket = door.open();
  const host = `127.0.0.1:${server.port}`;
  socket.write(`POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(100_000)}`);
  let text = '';
  while (!text.includes('too much')) text += (await once(socket, 'data'))[0];
  assert.match(text, /^HTTP\/1\.1 413 /);
  socket.write(`${'x'.repeat(200_000)}GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  while (!text.endsWith('next')) text += (await once(socket, 'data'))[0];
  socket.destroy();
});

test('what Connection names is dropped, but never the host or the framing', async () => {
  let seen = '';
  await using server = await listen(
    createTcpServer((socket) => {
      socket.on('data', (chunk) => {
        seen += chunk;
        if (/ping\r\n0|ping$/.test(seen)) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    }),
  );
  await using door = await openTestProxy();
  const host = `127.0.0.1:${server.port}`;
  await door.fetch(`http://${host}/`, {
    method: 'POST',
    headers: { Connection: 'host, content-length', 'Content-Length': '4' },
    body: 'ping',
  });
  assert.match(seen, new RegExp(`^host: ${host}\r$`, 'im'));
  assert.match(seen, /\r\n(content-length: 4\r\n[\s\S]*\r\nping|transfer-encoding: chunked\r\n[\s\S]*\r\n4\r\nping)/iu);
});

test('a browser that leaves ends the request to the server', async () => {
  const target = createServer();
  await using server = await listen(target);
  await using door = await openTestProxy();
  const socket = door.open();
  socket.write(`GET http://127.0.0.1:${server.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  const [request] = await once(target, 'request');
  socket.destroy();
  await once(request.socket, 'close');
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), undefined);
});
