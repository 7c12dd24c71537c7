import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Failure, type FailureKind } from '@shotwire/failures';
import { createGuard, createGuardedAgent, createResolver, parseAllowEntry } from './index.ts';
import { startDnsServer, testCertificate } from './testing/index.ts';
import { listen } from './testing/listen.ts';

const failsAs = (kind: FailureKind) => (error: unknown) => error instanceof Failure && error.kind === kind;

interface Given {
  allow?: string[];
  dns?: string;
  ca?: string;
  connectTimeoutMs?: number;
}

function agentOf(context: TestContext, { allow = [], dns, ca, connectTimeoutMs = 5000 }: Given = {}) {
  const guard = createGuard({
    allow: allow.map((entry) => parseAllowEntry(entry) ?? assert.fail(entry)),
    resolver: createResolver({ servers: dns ? [dns] : [] }),
  });
  const agent = createGuardedAgent({ guard, connectTimeoutMs, ...(ca && { ca }) });
  context.after(() => agent.destroy());
  return agent;
}

test('IP literals are refused in every spelling', async (context) => {
  let hits = 0;
  await using server = await listen(createServer((_request, response) => void response.end(String(++hits))));
  const agent = agentOf(context);
  for (const host of ['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::1]', '[::ffff:127.0.0.1]', 'localhost'])
    await assert.rejects(
      agent.request({ origin: new URL(`http://${host}:${server.port}`).origin, path: '/', method: 'GET' }),
      failsAs('blocked_url'),
      host,
    );
  assert.equal(hits, 0);
});

test('an excepted address is called, and its connections are used again', async (context) => {
  let connections = 0;
  const target = createServer((_request, response) => void response.end('hello'));
  target.on('connection', () => connections++);
  await using server = await listen(target);
  const agent = agentOf(context, { allow: ['127.0.0.1/32'] });
  for (let round = 0; round < 6; round++) {
    const { statusCode, body } = await agent.request({ origin: `http://127.0.0.1:${server.port}`, path: '/', method: 'GET' });
    assert.equal(statusCode, 200);
    assert.equal(await body.text(), 'hello');
  }
  // undici opens a second one when it is asked before it has put the first one back.
  assert.ok(connections <= 2, `${connections}`);
});

test('a redirect is an answer like any other', async (context) => {
  const paths: unknown[] = [];
  await using server = await listen(
    createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    }),
  );
  const agent = agentOf(context, { allow: ['127.0.0.1/32'] });
  const { statusCode, body } = await agent.request({ origin: `http://127.0.0.1:${server.port}`, path: '/', method: 'GET' });
  await body.dump();
  assert.equal(statusCode, 302);
  assert.deepEqual(paths, ['/']);
});

test('a name that resolves to a denied address is refused, an unknown one is dns_failed', async (context) => {
  await using dns = await startDnsServer({ 'inside.test': { a: ['127.0.0.1'] } });
  const agent = agentOf(context, { dns: dns.address });
  const get = (origin: string) => agent.request({ origin, path: '/', method: 'GET' });
  await assert.rejects(get('http://inside.test:8080'), failsAs('blocked_url'));
  await assert.rejects(get('https://inside.test'), failsAs('blocked_url'));
  await assert.rejects(get('http://outside.test'), failsAs('dns_failed'));
});

test("TLS is verified against the URL's host, whatever the Host header says", async (context) => {
  const names: unknown[] = [];
  const target = createTlsServer(testCertificate, (_request, response) => void response.end('secret'));
  target.on('secureConnection', (socket) => names.push(socket.servername));
  await using server = await listen(target);
  await using dns = await startDnsServer({ 'receiver.test': { a: ['127.0.0.1'] }, 'other.test': { a: ['127.0.0.1'] } });
  const agent = agentOf(context, { dns: dns.address, allow: ['127.0.0.1/32'], ca: testCertificate.cert });
  const post = (host: string, headers = {}) =>
    agent.request({ origin: `https://${host}:${server.port}`, path: '/', method: 'POST', body: 'x', headers });

  const { body } = await post('receiver.test', { host: 'other.test' });
  assert.equal(await body.text(), 'secret');
  assert.deepEqual(names, ['receiver.test']);
  await assert.rejects(post('other.test', { host: 'receiver.test' }), failsAs('tls_failed'));
  await assert.rejects(post('127.0.0.1'), failsAs('tls_failed'));
});

test('a certificate that nobody vouches for is tls_failed', async (context) => {
  await using server = await listen(createTlsServer(testCertificate));
  const agent = agentOf(context, { allow: ['127.0.0.1/32'] });
  await assert.rejects(agent.request({ origin: `https://localhost:${server.port}`, path: '/', method: 'GET' }), failsAs('tls_failed'));
});

test('a server that resets or never shakes hands is connection_failed', async (context) => {
  await using resetting = await listen(createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
  await using silent = await listen(createTcpServer());
  const agent = agentOf(context, { allow: ['127.0.0.1/32'], connectTimeoutMs: 200 });
  const get = (port: number) => agent.request({ origin: `https://localhost:${port}`, path: '/', method: 'GET' });
  await assert.rejects(get(resetting.port), failsAs('connection_failed'));
  await assert.rejects(get(silent.port), failsAs('connection_failed'));
  await Promise.all([...silent.sockets].map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))));
});
