import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { startDnsServer } from '../testing/index.ts';
import { listen } from '../testing/listen.ts';
import { openTestProxy, textOf } from '../testing/open-test-proxy.ts';
import { startUpstream } from '../testing/start-upstream.ts';

const echo = () => createServer((socket) => socket.pipe(socket));
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

test('everything goes through the upstream, plain requests in absolute form and tunnels by CONNECT, with its credentials', async () => {
  await using server = await listen(echo());
  await using upstream = await startUpstream({ to: server.port });
  const { host, port } = upstream;
  await using door = await openTestProxy({ upstream: { host, port, username: 'me', password: 'sécret:' } });
  const target = `127.0.0.1:${server.port}`;
  const reply = await door.fetch(`http://${target}/a?b=c`, { headers: { 'Proxy-Authorization': basic('page:page') } });
  assert.equal(reply.body, `by upstream: http://${target}/a?b=c`);
  const { socket, head } = await door.tunnel(target, 'early ');
  assert.match(head, /^HTTP\/1\.1 200 /);
  socket.end('late');
  assert.equal(await textOf(socket), 'early late');
  assert.deepEqual(
    upstream.asked.map(({ line, authorization }) => [line, authorization]),
    [
      [`GET http://${target}/a?b=c`, basic('me:sécret:')],
      [`CONNECT ${target}`, basic('me:sécret:')],
    ],
  );
  assert.equal(door.proxy.outcomeOf('127.0.0.1', server.port), 'ok');
});

test('an upstream without credentials is told none', async () => {
  await using upstream = await startUpstream({ to: 1 });
  await using door = await openTestProxy({ upstream: { host: upstream.host, port: upstream.port } });
  await door.fetch('http://127.0.0.1:8080/');
  assert.equal(upstream.asked[0]?.authorization, undefined);
});

test('what a server says together with the answer to CONNECT arrives', async () => {
  await using server = await listen(echo());
  await using upstream = await startUpstream({ to: server.port, greeting: 'hello ' });
  await using door = await openTestProxy({ upstream });
  const { socket, head } = await door.tunnel(`127.0.0.1:${server.port}`);
  socket.end('you');
  assert.equal((head + (await textOf(socket))).split('\r\n\r\n')[1], 'hello you');
});

test("an upstream's refusal is connection_failed, and the page never sees its challenge", async () => {
  for (const status of [407, 403, 502]) {
    await using upstream = await startUpstream({ to: 1, status });
    await using door = await openTestProxy({ upstream });
    assert.match((await door.tunnel('127.0.0.1:443')).head, /^HTTP\/1\.1 502 /);
    assert.equal(door.proxy.outcomeOf('127.0.0.1', 443), 'connection_failed');
  }
  await using upstream = await startUpstream({ to: 1, status: 407 });
  await using door = await openTestProxy({ upstream });
  for (let round = 1; round <= 2; round++) {
    const reply = await door.fetch('http://127.0.0.1:8080/');
    assert.deepEqual([reply.status, reply.body], [502, '']);
    assert.equal(upstream.asked.length, round);
  }
  assert.equal(door.proxy.outcomeOf('127.0.0.1', 8080), 'connection_failed');
});

test('an upstream that breaks off, or talks nonsense, is connection_failed', async () => {
  const endings: ((socket: Socket) => void)[] = [
    (socket) => socket.end(),
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.end('garbage\r\n\r\n'),
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Big: ${'x'.repeat(70_000)}\r\n\r\n`),
  ];
  for (const [index, ending] of endings.entries()) {
    await using server = await listen(createServer((socket) => void socket.once('data', () => ending(socket))));
    await using door = await openTestProxy({ upstream: { host: '127.0.0.1', port: server.port } });
    assert.match((await door.tunnel('127.0.0.1:443')).head, /^HTTP\/1\.1 502 /, `ending ${index}`);
    assert.equal(door.proxy.outcomeOf('127.0.0.1', 443), 'connection_failed');
    assert.equal((await door.fetch('http://127.0.0.1:8080/')).status, 502, `ending ${index}`);
    assert.equal(door.proxy.outcomeOf('127.0.0.1', 8080), 'connection_failed');
  }
});

test("an upstream at an address that may not be called is blocked, and one that cannot be found is not the target's fault", async () => {
  await using dns = await startDnsServer({ 'inside.test': { a: ['127.0.0.9'] } });
  for (const [host, outcome, status] of [
    ['127.0.0.9', 'blocked', 403],
    ['inside.test', 'blocked', 403],
    ['unknown.test', 'connection_failed', 502],
  ] as const) {
    await using door = await openTestProxy({ dns: dns.address, upstream: { host, port: 8080 } });
    assert.equal((await door.fetch('http://127.0.0.1/')).status, status);
    assert.match((await door.tunnel('127.0.0.1:443')).head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.equal(door.proxy.outcomeOf('127.0.0.1', 80), outcome);
    assert.equal(door.proxy.outcomeOf('127.0.0.1', 443), outcome);
  }
});

test('a target that the guard refuses is refused before the upstream hears of it; a name that only the upstream may know is left to it', async () => {
  await using dns = await startDnsServer({ 'inside.test': { a: ['10.0.0.1'] }, 'mixed.test': { a: ['127.0.0.1', '10.0.0.1'] } });
  await using server = await listen(echo());
  await using upstream = await startUpstream({ to: server.port });
  await using door = await openTestProxy({ dns: dns.address, upstream });
  for (const host of ['127.0.0.9', '10.0.0.1', '169.254.169.254', '[::1]', '0x7f.9', 'inside.test', 'mixed.test', 'unknown.test:22']) {
    assert.equal((await door.fetch(`http://${host}/`)).status, 403, host);
    assert.match((await door.tunnel(host.includes(':22') ? host : `${host}:443`)).head, /^HTTP\/1\.1 403 /, host);
  }
  assert.equal(upstream.sockets.size, 0);
  assert.equal(door.proxy.counts.blocked, 16);

  const asked = dns.questions.length;
  for (let round = 0; round < 2; round++)
    assert.equal((await door.fetch('http://unknown.test/')).body, 'by upstream: http://unknown.test/');
  assert.match((await door.tunnel('unknown.test:80')).head, /^HTTP\/1\.1 200 /);
  assert.equal(upstream.asked.at(-1)?.line, 'CONNECT unknown.test:80');
  assert.equal(dns.questions.length, asked + 2, 'asked once, for both families');
});

test('a renewal changes the upstream, and nothing goes to the last one any more', async () => {
  await using first = await startUpstream({ to: 1 });
  await using second = await startUpstream({ to: 1 });
  await using door = await openTestProxy({ upstream: first });
  const url = 'http://127.0.0.1:8080/';
  await door.fetch(url);
  await door.fetch(url);
  door.proxy.renew({ upstream: second });
  await door.fetch(url);
  door.proxy.renew({});
  await door.fetch(url);
  assert.deepEqual([first.asked.length, second.asked.length], [2, 1]);
  assert.equal(door.proxy.outcomeOf('127.0.0.1', 8080), 'connection_refused');
});
