import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { openDenyAllProxy } from '../index.ts';
import { startDnsServer } from '../testing/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestProxy, talkTo, textOf } from '../testing/open-test-proxy.ts';

test('what is no proper proxy request is answered with 400 and reaches nobody', async () => {
  let hits = 0;
  await using server = await listen(createServer((_request, response) => void response.end(String(++hits))));
  await using door = await openTestProxy();
  const host = `127.0.0.1:${server.port}`;
  const requests = [
    `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET http://${host}/ HTTP/1.1\r\n\r\n`,
    `GET http://${host}/ HTTP/1.0\r\n\r\n`,
    `GET http://${host}/ HTTP/1.1\r\nHost: example.com\r\n\r\n`,
    `GET http://${host}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\n\r\n`,
    `GET http://user@${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET https://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET ftp://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `GET http://127.0.0.1:0/ HTTP/1.1\r\nHost: 127.0.0.1:0\r\n\r\n`,
    `GET http://127.0.0.1:99999/ HTTP/1.1\r\nHost: 127.0.0.1:99999\r\n\r\n`,
    `GET http:/// HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    'CONNECT 127.0.0.1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    `CONNECT ${host} HTTP/1.1\r\nHost: example.com:${server.port}\r\n\r\n`,
    `CONNECT ${host} HTTP/1.1\r\n\r\n`,
    'CONNECT 127.0.0.1:http HTTP/1.1\r\nHost: 127.0.0.1:http\r\n\r\n',
    'CONNECT 127.0.0.1:0 HTTP/1.1\r\nHost: 127.0.0.1:0\r\n\r\n',
    'CONNECT 127.0.0.1:65536 HTTP/1.1\r\nHost: 127.0.0.1:65536\r\n\r\n',
    'CONNECT [example.com]:443 HTTP/1.1\r\nHost: [example.com]:443\r\n\r\n',
    'CONNECT [fe80::1%eth0]:443 HTTP/1.1\r\nHost: [fe80::1%eth0]:443\r\n\r\n',
    `CONNECT user@${host} HTTP/1.1\r\nHost: user@${host}\r\n\r\n`,
    `CONNECT http://${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    'garbage\r\n\r\n',
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`,
  ];
  for (const request of requests) assert.match(await door.say(request), /^HTTP\/1\.1 400 /, request.slice(0, 100));
  assert.equal(hits, 0);
  assert.equal(door.proxy.counts.invalid, requests.length);
});

test('refusals are 403, failures 502, both without a body, and the outcome is kept', async () => {
  await using dns = await startDnsServer({ 'inside.test': { a: ['127.0.0.9'] }, 'mixed.test': { a: ['127.0.0.1', '127.0.0.9'] } });
  const closed = await listen(createTcpServer());
  await closed[Symbol.asyncDispose]();
  await using door = await openTestProxy({ dns: dns.address });
  for (const [url, status, outcome] of [
    ['http://127.0.0.9/', 403, 'blocked'],
    ['http://[::1]:8080/', 403, 'blocked'],
    ['http://127.0.0.1:22/', 403, 'blocked'],
    ['http://inside.test/', 403, 'blocked'],
    ['http://mixed.test/', 403, 'blocked'],
    ['http://unknown.test/', 502, 'dns_failed'],
    [`http://127.0.0.1:${closed.port}/`, 502, 'connection_refused'],
  ] as const) {
    const reply = await door.fetch(url);
    assert.equal(reply.status, status, url);
    assert.equal(reply.body, '');
    const { hostname, port } = new URL(url);
    assert.equal(door.proxy.outcomeOf(hostname.toUpperCase(), Number(port || 80)), outcome, url);
  }
  assert.equal(door.proxy.outcomeOf('never.test', 80), undefined);
  assert.deepEqual(door.events[0], { kind: 'blocked', host: '127.0.0.9', port: 80, reason: 'loopback' });
  assert.equal(door.proxy.counts.blocked, 5);
});

test("the caller's filter refuses hosts as filtered, before anybody is asked about them", async () => {
  await using dns = await startDnsServer({});
  await using door = await openTestProxy({ dns: dns.address, refuse: (host) => (host.endsWith('ads.test') ? 'ads' : undefined) });
  assert.equal((await door.fetch('http://ADS.test/')).status, 403);
  assert.match((await door.tunnel('x.ads.test.:443')).head, /^HTTP\/1\.1 403 /);
  assert.equal(door.proxy.outcomeOf('ads.test', 80), 'filtered');
  assert.equal(door.proxy.outcomeOf('x.ads.test', 443), 'filtered');
  assert.equal(door.proxy.counts.filtered, 2);
  assert.deepEqual(dns.questions, []);
});

test('a name keeps its address for the life of a proxy, and a new proxy asks anew', async () => {
  await using dns = await startDnsServer({ 'turn.test': { a: ['127.0.0.1'] } });
  await using server = await listen(createServer((_request, response) => void response.setHeader('connection', 'close').end('pinned')));
  const url = `http://turn.test:${server.port}/`;
  await using first = await openTestProxy({ dns: dns.address });
  assert.equal((await first.fetch(url)).body, 'pinned');
  dns.records['turn.test'] = { a: ['127.0.0.2'] };
  assert.equal((await first.fetch(url)).body, 'pinned');
  await using second = await openTestProxy({ dns: dns.address });
  assert.equal((await second.fetch(url)).status, 403);
});

test('disposing ends everything at once: waiting requests, tunnels, dials, idle connections', async () => {
  await using dns = await startDnsServer({ 'silent.test': { silent: true } });
  const target = createServer();
  await using server = await listen(target);
  const door = await openTestProxy({ dns: dns.address });
  const host = `127.0.0.1:${server.port}`;
  const waiting = door.open();
  waiting.write(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(target, 'request');
  const { socket: tunnel } = await door.tunnel(host);
  const dialling = door.open();
  dialling.write('CONNECT silent.test:443 HTTP/1.1\r\nHost: silent.test:443\r\n\r\n');
  const idle = door.open();
  await once(idle, 'connect');
  const deadline = AbortSignal.timeout(400);
  while (!dns.questions.includes('silent.test')) await setTimeout(1, undefined, { signal: deadline });
  const ends = [waiting, tunnel, dialling, idle].map(textOf);
  const start = performance.now();
  await door.proxy[Symbol.asyncDispose]();
  assert.ok(performance.now() - start < 200);
  await Promise.all(ends);
  assert.ok(
    door.events.some((event) => 'host' in event && event.host === 'silent.test'),
    'the dial has ended',
  );
  await Promise.all([...server.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  await door.proxy[Symbol.asyncDispose]();
  const late = door.open();
  await new Promise((resolve) => late.once('close', resolve));
  assert.equal((late.errored as NodeJS.ErrnoException | null)?.code, 'ECONNREFUSED');
});

test('passing a limit ends everything and says which limit it was', async () => {
  await using endless = await listen(
    createServer((_request, response) => {
      const chunk = Buffer.alloc(16_384);
      const more = () => {
        while (response.write(chunk));
      };
      response.on('drain', more);
      more();
    }),
  );
  await using heavy = await openTestProxy({ limits: { maxBytes: 100_000 } });
  await assert.rejects(heavy.fetch(`http://127.0.0.1:${endless.port}/`), { code: 'ECONNRESET' });
  assert.equal(heavy.proxy.overLimit(), 'maxBytes');
  assert.equal(heavy.events.filter((event) => event.kind === 'over_limit').length, 1);

  await using many = await openTestProxy({ limits: { maxRequests: 2 } });
  for (let round = 0; round < 2; round++) assert.equal((await many.fetch('http://127.0.0.9/')).status, 403);
  await assert.rejects(many.fetch('http://127.0.0.9/'));
  assert.equal(many.proxy.overLimit(), 'maxRequests');

  await using server = await listen(createTcpServer());
  await using wide = await openTestProxy({ limits: { maxConnections: 2 } });
  const [first] = [await wide.tunnel(`127.0.0.1:${server.port}`), await wide.tunnel(`127.0.0.1:${server.port}`)] as const;
  assert.equal(wide.proxy.overLimit(), undefined);
  await assert.rejects(
    Promise.race([wide.tunnel(`127.0.0.1:${server.port}`), textOf(first.socket).then(() => Promise.reject(new Error('ended')))]),
  );
  assert.equal(wide.proxy.overLimit(), 'maxConnections');
});

test('clients that break off at any point harm nobody', async () => {
  await using server = await listen(createServer((_request, response) => void setTimeout(20).then(() => response.end('late'))));
  await using door = await openTestProxy();
  const host = `127.0.0.1:${server.port}`;
  const beginnings = [
    '',
    'GET ht',
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\nhalf`,
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    'CONNECT 127.0.0.9:443 HTTP/1.1\r\nHost: 127.0.0.9:443\r\n\r\n',
  ];
  for (const beginning of beginnings)
    for (const part of ['resetAndDestroy', 'destroy', 'end'] as const) {
      const socket = door.open();
      await once(socket, 'connect');
      socket.write(beginning);
      await new Promise((resolve) => setImmediate(resolve));
      socket[part]();
      socket.resume().once('end', () => socket.destroy());
    }
  assert.equal((await door.fetch(`http://${host}/`)).body, 'late');
});

test('the deny-all proxy refuses everything', async () => {
  await using server = await listen(createServer((_request, response) => void response.end('reached')));
  await using proxy = await openDenyAllProxy();
  const door = talkTo(proxy);
  assert.equal((await door.fetch(`http://127.0.0.1:${server.port}/`)).status, 403);
  assert.equal((await door.fetch('http://[::1]/')).status, 403);
  assert.match((await door.tunnel('127.0.0.1:443')).head, /^HTTP\/1\.1 403 /);
});
