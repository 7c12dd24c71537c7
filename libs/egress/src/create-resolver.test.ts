import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '@shotwire/failures';
import { createResolver, isResolverDown } from './index.ts';
import { startDnsServer } from './testing/index.ts';

const signal = AbortSignal.timeout(20_000);
const dnsFailed = (error: unknown) => error instanceof Failure && error.kind === 'dns_failed';

test('a name gives all its addresses, of both families', async () => {
  await using dns = await startDnsServer({
    'both.test': { a: ['203.0.113.1', '203.0.113.2'], aaaa: ['2001:db8::1:2'] },
    'six.test': { aaaa: ['::1'] },
  });
  const resolver = createResolver({ servers: [dns.address] });
  assert.deepEqual((await resolver.resolve('both.test', signal)).toSorted(), ['2001:db8::1:2', '203.0.113.1', '203.0.113.2']);
  assert.deepEqual(await resolver.resolve('six.test', signal), ['::1']);
});

test('a name means the same in upper case and with a trailing dot', async () => {
  await using dns = await startDnsServer({ 'name.test': { a: ['203.0.113.1'] } });
  const resolver = createResolver({ servers: [dns.address] });
  assert.deepEqual(await resolver.resolve('NAME.test.', signal), ['203.0.113.1']);
});

test('addresses and localhost are answered without asking anybody', async () => {
  await using dns = await startDnsServer({ localhost: { a: ['8.8.8.8'] }, 'a.localhost': { a: ['8.8.8.8'] } });
  const resolver = createResolver({ servers: [dns.address] });
  assert.deepEqual(await resolver.resolve('127.0.0.1', signal), ['127.0.0.1']);
  assert.deepEqual(await resolver.resolve('0x7f.1', signal), ['127.0.0.1']);
  assert.deepEqual(await resolver.resolve('[::ffff:10.0.0.1]', signal), ['10.0.0.1']);
  assert.deepEqual(await resolver.resolve('localhost', signal), ['127.0.0.1', '::1']);
  assert.deepEqual(await resolver.resolve('A.Localhost.', signal), ['127.0.0.1', '::1']);
  assert.deepEqual(dns.questions, []);
});

test('a name without addresses, an unknown name and nonsense fail as dns_failed', async () => {
  await using dns = await startDnsServer({ 'empty.test': {} });
  const resolver = createResolver({ servers: [dns.address] });
  for (const host of ['empty.test', 'unknown.test', '', 'a b', 'x:y', 'a..test', `${'x'.repeat(64)}.test`])
    await assert.rejects(resolver.resolve(host, signal), dnsFailed, host);
});

test('a server that never answers fails within the time limit', async () => {
  await using dns = await startDnsServer({ 'silent.test': { silent: true } });
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 100, tries: 2 });
  const start = performance.now();
  await assert.rejects(resolver.resolve('silent.test', signal), dnsFailed);
  assert.ok(performance.now() - start < 2000);
});

test('a resolver that is down is told from a name whose own servers are silent', async () => {
  const failureOf = (resolver: ReturnType<typeof createResolver>) =>
    resolver.resolve('silent.test', signal).then(
      () => assert.fail('resolved'),
      (thrown: unknown) => thrown,
    );
  const dns = await startDnsServer({ 'silent.test': { silent: true }, 'shotwire.invalid': { silent: true } });
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 100, tries: 1 });
  const silent = await failureOf(resolver);
  assert.ok(dnsFailed(silent) && isResolverDown(silent));
  delete dns.records['shotwire.invalid'];
  const elsewhere = await failureOf(resolver);
  assert.ok(dnsFailed(elsewhere) && !isResolverDown(elsewhere));
  await dns.close();
  assert.ok(isResolverDown(await failureOf(resolver)));
});

test('an aborted caller does not wait', async () => {
  await using dns = await startDnsServer({ 'silent.test': { silent: true } });
  const resolver = createResolver({ servers: [dns.address], timeoutMs: 1000, tries: 1 });
  await assert.rejects(resolver.resolve('silent.test', AbortSignal.timeout(50)), { name: 'TimeoutError' });
});

test('every question is asked anew, whatever the TTL says', async () => {
  await using dns = await startDnsServer({ 'turn.test': { a: ['203.0.113.1'] } });
  const resolver = createResolver({ servers: [dns.address] });
  assert.deepEqual(await resolver.resolve('turn.test', signal), ['203.0.113.1']);
  dns.records['turn.test'] = { a: ['127.0.0.1'] };
  assert.deepEqual(await resolver.resolve('turn.test', signal), ['127.0.0.1']);
});
