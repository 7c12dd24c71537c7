import assert from 'node:assert/strict';
import { connect, createServer, type NetConnectOpts } from 'node:net';
import { test } from 'node:test';
import { Failure, type FailureKind } from '@shotwire/failures';
import { dialPinned } from './dial-pinned.ts';
import { listen } from './testing/listen.ts';

const signal = AbortSignal.timeout(20_000);
const failsAs = (kind: FailureKind) => (error: unknown) => error instanceof Failure && error.kind === kind;

test('addresses are tried in turn until one answers', async () => {
  await using server = await listen(createServer(), '127.0.0.2');
  const socket = await dialPinned({ addresses: ['127.0.0.1', '127.0.0.2'], port: server.port, signal });
  assert.equal(socket.remoteAddress, '127.0.0.2');
  socket.destroy();
});

test('an address that does not answer costs its time and no more', async () => {
  await using server = await listen(createServer());
  // A lookup that never answers makes a socket that never connects and never fails.
  const open = ((options: NetConnectOpts & { host: string }) => {
    if (options.host === '127.0.0.1') return connect(options);
    return connect({ ...options, host: 'nobody.test', lookup: () => {} });
  }) as typeof connect;
  const socket = await dialPinned({ addresses: ['127.0.0.9', '127.0.0.1'], port: server.port, signal, attemptTimeoutMs: 50, open });
  assert.equal(socket.remoteAddress, '127.0.0.1');
  socket.destroy();
  const silent = dialPinned({ addresses: ['127.0.0.9'], port: server.port, signal, attemptTimeoutMs: 50, open });
  await assert.rejects(silent, failsAs('connection_failed'));
});

test('a socket that ended up at another address is destroyed', async () => {
  await using server = await listen(createServer());
  const astray = ((options: object) => connect({ ...options, host: '127.0.0.1', port: server.port })) as typeof connect;
  await assert.rejects(dialPinned({ addresses: ['127.0.0.2'], port: server.port, signal, open: astray }), failsAs('blocked_url'));
});
