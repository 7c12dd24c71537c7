import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Failure, type FailureKind } from '@shotwire/failures';
import { createGuard, createResolver, type Guard, parseAllowEntry } from './index.ts';
import { startDnsServer } from './testing/index.ts';
import { listen } from './testing/listen.ts';

const signal = AbortSignal.timeout(20_000);
const failsAs = (kind: FailureKind) => (error: unknown) => error instanceof Failure && error.kind === kind;

function guardOf({ dns, allow = [], own = [] }: { dns?: string; allow?: string[]; own?: string[] } = {}): Guard {
  return createGuard({
    allow: allow.map((entry) => parseAllowEntry(entry) ?? assert.fail(entry)),
    resolver: createResolver({ servers: dns ? [dns] : [], timeoutMs: 200, tries: 1 }),
    ownAddresses: () => own,
  });
}

test('a public name may be called at all its addresses', async () => {
  await using dns = await startDnsServer({ 'public.test': { a: ['8.8.8.8', '8.8.4.4'], aaaa: ['2606:4700::1111'] } });
  const decision = await guardOf({ dns: dns.address }).decide('public.test', 443, signal);
  assert.ok(decision.kind === 'go');
  assert.deepEqual(decision.addresses.toSorted(), ['2606:4700::1111', '8.8.4.4', '8.8.8.8']);
});

test('one denied address among public ones refuses the whole name', async () => {
  await using dns = await startDnsServer({
    'mixed.test': { a: ['8.8.8.8', '10.0.0.1'] },
    'mixed-family.test': { a: ['8.8.8.8'], aaaa: ['::1'] },
    'mapped.test': { a: ['8.8.8.8'], aaaa: ['::ffff:169.254.169.254'] },
  });
  const guard = guardOf({ dns: dns.address });
  assert.deepEqual(await guard.decide('mixed.test', 443, signal), { kind: 'blocked', reason: 'private' });
  assert.deepEqual(await guard.decide('mixed-family.test', 443, signal), { kind: 'blocked', reason: 'loopback' });
  assert.deepEqual(await guard.decide('mapped.test', 443, signal), { kind: 'blocked', reason: 'link_local' });
});

test('what does not resolve is not called', async () => {
  await using dns = await startDnsServer({ 'silent.test': { silent: true } });
  const guard = guardOf({ dns: dns.address });
  assert.equal((await guard.decide('silent.test', 443, signal)).kind, 'dns_failed');
  assert.equal((await guard.decide('unknown.test', 443, signal)).kind, 'dns_failed');
  await assert.rejects(guard.dial({ host: 'unknown.test', port: 443, signal }), failsAs('dns_failed'));
});

test('literals are judged like answers', async () => {
  const guard = guardOf();
  for (const host of ['127.0.0.1', '[::1]', '::1', '2130706433', '[::ffff:127.0.0.1]', 'localhost', 'a.localhost.'])
    assert.deepEqual(await guard.decide(host, 80, signal), { kind: 'blocked', reason: 'loopback' }, host);
  for (const host of ['', 'fe80::1%eth0', '[example.com]', '[127.0.0.1]', 'a/b', 'user@host', 'a b'])
    assert.deepEqual(await guard.decide(host, 80, signal), { kind: 'blocked', reason: 'bad_host' }, host);
  await assert.rejects(guard.dial({ host: '127.0.0.1', port: 80, signal }), failsAs('blocked_url'));
});

test("this machine's own public addresses are refused unless excepted", async () => {
  const own = ['8.8.8.8', '2606:4700:0::1111'];
  assert.deepEqual(await guardOf({ own }).decide('8.8.8.8', 443, signal), { kind: 'blocked', reason: 'own_address' });
  assert.deepEqual(await guardOf({ own }).decide('2606:4700::1111', 443, signal), { kind: 'blocked', reason: 'own_address' });
  assert.equal((await guardOf({ own, allow: ['8.8.8.8/32:443'] }).decide('8.8.8.8', 443, signal)).kind, 'go');
});

test('an exception for one loopback address is enough for localhost, and only that one is called', async () => {
  const guard = guardOf({ allow: ['127.0.0.1/32'] });
  assert.deepEqual(await guard.decide('localhost', 8080, signal), { kind: 'go', addresses: ['127.0.0.1'] });
});

test('dialling connects to the address that was judged, at the port that was judged', async () => {
  await using dns = await startDnsServer({ 'site.test': { a: ['127.0.0.1'] } });
  await using server = await listen(createServer((socket) => socket.end('hello')));
  await using other = await listen(createServer());
  const guard = guardOf({ dns: dns.address, allow: [`127.0.0.1/32:${server.port}`] });
  const socket = await guard.dial({ host: 'Site.test.', port: server.port, signal });
  const [greeting] = await once(socket, 'data');
  assert.equal(String(greeting), 'hello');
  socket.destroy();
  await assert.rejects(guard.dial({ host: 'site.test', port: other.port, signal }), failsAs('blocked_url'));
});

test('a socket that breaks harms nobody, even if its holder does not listen', async () => {
  await using server = await listen(createServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
  const socket = await guardOf({ allow: ['127.0.0.1/32'] }).dial({ host: '127.0.0.1', port: server.port, signal });
  socket.write('x');
  await new Promise((resolve) => socket.once('close', resolve));
});

test('a name that turns to a denied address is refused at the next call', async () => {
  await using dns = await startDnsServer({ 'turn.test': { a: ['127.0.0.1'] } });
  await using server = await listen(createServer());
  const guard = guardOf({ dns: dns.address, allow: ['127.0.0.1/32'] });
  (await guard.dial({ host: 'turn.test', port: server.port, signal })).destroy();
  dns.records['turn.test'] = { a: ['127.0.0.2'] };
  await assert.rejects(guard.dial({ host: 'turn.test', port: server.port, signal }), failsAs('blocked_url'));
});

test('a remembering guard keeps to the address it has seen, and asks once', async () => {
  await using dns = await startDnsServer({ 'turn.test': { a: ['127.0.0.1'] } });
  await using server = await listen(createServer());
  const guard = guardOf({ dns: dns.address, allow: ['127.0.0.1/32'] }).remembering();
  for (const address of ['127.0.0.1', '10.0.0.1', '127.0.0.2']) {
    dns.records['turn.test'] = { a: [address] };
    const socket = await guard.dial({ host: 'turn.test', port: server.port, signal });
    assert.equal(socket.remoteAddress, '127.0.0.1');
    socket.destroy();
  }
  assert.equal(dns.questions.length, 2);
});

test('a remembering guard asks again after a failure, and one impatient caller does not end the question for others', async () => {
  await using dns = await startDnsServer({ 'late.test': { silent: true } });
  const guard = guardOf({ dns: dns.address }).remembering();
  const patient = guard.decide('late.test', 443, signal);
  const impatient = guard.decide('late.test', 443, AbortSignal.timeout(1));
  await Promise.race([assert.rejects(impatient, { name: 'TimeoutError' }), patient.then(() => assert.fail('the impatient caller waited'))]);
  assert.equal((await patient).kind, 'dns_failed');
  dns.records['late.test'] = { a: ['8.8.8.8'] };
  assert.equal((await guard.decide('late.test', 443, signal)).kind, 'go');
});

test('a closed port is connection_refused', async () => {
  const server = await listen(createServer());
  await server[Symbol.asyncDispose]();
  const guard = guardOf({ allow: ['127.0.0.1/32'] });
  await assert.rejects(guard.dial({ host: '127.0.0.1', port: server.port, signal }), failsAs('connection_refused'));
});

test('an aborted caller gets the reason of its signal', async () => {
  const reason = new Error('enough');
  await using server = await listen(createServer());
  const guard = guardOf({ allow: ['127.0.0.1/32'] });
  await assert.rejects(guard.dial({ host: '127.0.0.1', port: server.port, signal: AbortSignal.abort(reason) }), reason);
});
