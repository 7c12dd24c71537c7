import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';
import { Failure } from '@shotwire/failures';
import { type CallContext, createRpcClient } from './index.ts';
import { eventually, Mirror, openMirror } from './mirror.fixture.ts';

const forever = () => new Promise<never>(() => {});
const isFailure = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

/** Sends bytes past our own client; gives the gRPC code of the answer. */
async function rawReflect(address: string, request: Buffer): Promise<number | undefined> {
  const raw = new Client(address, credentials.createInsecure(), { 'grpc.max_send_message_length': -1 });
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const asItIs = (bytes: Buffer) => bytes;
  raw.makeUnaryRequest('/shotwire.test.v1.Mirror/Reflect', asItIs, asItIs, request, (error) => resolve(error?.code));
  const code = await promise;
  raw.close();
  return code;
}

test('a unary call carries its message and its context', async () => {
  let seen: CallContext | undefined;
  await using house = await openMirror({
    async reflect({ value }, context) {
      seen = context;
      return { value: `${value}!` };
    },
  });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const answer = await house.client.reflect({ value: 'grün' }, { context: { requestId: 'req_1', traceparent, account: 'acc-1' } });
  assert.equal(answer.value, 'grün!');
  assert.equal(seen?.requestId, 'req_1');
  assert.equal(seen?.account, 'acc-1');
  assert.match(seen?.traceparent ?? '', /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
});

test('a call without context gets a request id and a trace of its own, and no account', async () => {
  let seen: CallContext | undefined;
  await using house = await openMirror({
    async reflect(_, context) {
      seen = context;
      return {};
    },
  });
  await house.client.reflect({}, { context: { requestId: 'not fit\nfor a log' } });
  assert.equal(seen?.requestId, 'made-1');
  assert.equal(seen?.account, undefined);
  assert.match(seen?.traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('a deadline ends the call for the caller and aborts the signal of the server', async () => {
  let signal: AbortSignal | undefined;
  await using house = await openMirror({
    reflect: (_, context) => {
      signal = context.signal;
      return forever();
    },
  });
  await assert.rejects(house.client.reflect({}, { timeoutMs: 100 }), isFailure('deadline_exceeded'));
  await eventually(() => assert.ok(signal?.reason instanceof Failure));
});

test('a caller that does not keep its own deadline is answered at the deadline', async () => {
  let signal: AbortSignal | undefined;
  await using house = await openMirror({
    reflect: (_, context) => {
      signal = context.signal;
      return forever();
    },
  });
  using session = Object.assign(connect(`http://${house.server.address}`), {
    [Symbol.dispose]() {
      session.destroy();
    },
  });
  const request = session.request({
    ':method': 'POST',
    ':path': '/shotwire.test.v1.Mirror/Reflect',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': '100m',
  });
  request.end(Buffer.alloc(5));
  const [headers] = await once(request, 'response', { signal: AbortSignal.timeout(5000) });
  assert.equal(headers['grpc-status'], '4');
  await eventually(() => assert.ok(isFailure('deadline_exceeded')(signal?.reason)));
  await eventually(() => assert.ok(house.lines.some(({ code }) => code === 'DEADLINE_EXCEEDED')));
});

test('a caller that goes away aborts the signal of the server', async () => {
  let signal: AbortSignal | undefined;
  await using house = await openMirror({
    reflect: (_, context) => {
      signal = context.signal;
      return forever();
    },
  });
  const leaving = new AbortController();
  const call = house.client.reflect({}, { context: { signal: leaving.signal } });
  await eventually(() => assert.ok(signal));
  leaving.abort();
  await assert.rejects(call, isFailure('cancelled'));
  await eventually(() => assert.ok(isFailure('cancelled')(signal?.reason)));
});

test('a handler that stops because its caller went away is no trouble', async () => {
  await using house = await openMirror({ reflect: (_, { signal }) => delay(60_000, {}, { signal }) });
  await assert.rejects(house.client.reflect({}, { timeoutMs: 100 }), isFailure('deadline_exceeded'));
  await eventually(() => assert.ok(house.lines.some(({ msg }) => msg === 'call')));
  assert.deepEqual(
    house.lines.filter(({ level }) => level !== 'debug'),
    [],
  );
});

test('a call whose caller has already gone is not made', async () => {
  let calls = 0;
  await using house = await openMirror({ reflect: async () => ({ value: String(++calls) }) });
  await assert.rejects(house.client.reflect({}, { context: { signal: AbortSignal.abort() } }), isFailure('cancelled'));
  assert.equal(calls, 0);
});

test('a message over 8 MiB is refused on both sides', async () => {
  let calls = 0;
  await using house = await openMirror({ reflect: async ({ value }) => ({ value: value.repeat(++calls + 1) }) });
  const half = 'x'.repeat(4_800_000);
  await assert.rejects(house.client.reflect({ value: half + half }), isFailure('internal'));
  assert.equal(calls, 0);
  await assert.rejects(house.client.reflect({ value: half }), isFailure('internal'));
  assert.equal(calls, 1);
  assert.ok(house.lines.some(({ level }) => level === 'error'));
});

test('a request that is not a message is refused and logged, and the handler does not see it', async () => {
  let calls = 0;
  await using house = await openMirror({ reflect: async () => ({ value: String(++calls) }) });
  assert.equal(await rawReflect(house.server.address, Buffer.from('\xff\xff', 'latin1')), 13);
  assert.equal(calls, 0);
  assert.ok(house.lines.some(({ level }) => level === 'error'));
});

test('a server refuses a message over 8 MiB from a client without limits', async () => {
  let calls = 0;
  await using house = await openMirror({ reflect: async () => ({ value: String(++calls) }) });
  assert.equal(await rawReflect(house.server.address, Buffer.alloc(2 ** 23 + 1)), 8);
  assert.equal(calls, 0);
  await eventually(() => assert.ok(house.lines.some(({ code }) => code === 'RESOURCE_EXHAUSTED')));
});

test('a proxy of the environment is not used', async () => {
  await using house = await openMirror({ reflect: async () => ({ value: 'direct' }) });
  let connections = 0;
  const proxy = createServer((socket) => socket.destroy(void connections++ as undefined));
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const names = ['grpc_proxy', 'http_proxy', 'https_proxy', 'no_proxy', 'no_grpc_proxy'];
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) process.env[name] = name.startsWith('no') ? '' : `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  try {
    using client = createRpcClient(Mirror, { address: house.server.address.replace('127.0.0.1', 'localhost'), defaultTimeoutMs: 5000 });
    assert.equal((await client.reflect({})).value, 'direct');
    assert.equal(connections, 0);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    proxy.close();
  }
});

test('each call is logged at debug and its time is counted', async () => {
  await using house = await openMirror({
    async reflect({ value }) {
      if (value === 'bad') throw new Failure('not_found');
      return {};
    },
  });
  await house.client.reflect({}, { context: { requestId: 'req_2', account: 'acc-2' } });
  await assert.rejects(house.client.reflect({ value: 'bad' }), isFailure('not_found'));
  await eventually(async () => {
    const calls = house.lines.filter(({ msg }) => msg === 'call');
    assert.deepEqual(
      calls.map(({ level, method, code, requestId, account }) => [level, method, code, requestId, account]),
      [
        ['debug', 'shotwire.test.v1.Mirror/Reflect', 'OK', 'req_2', 'acc-2'],
        ['debug', 'shotwire.test.v1.Mirror/Reflect', 'NOT_FOUND', 'made-1', undefined],
      ],
    );
    const { text } = await house.metrics.expose();
    for (const code of ['OK', 'NOT_FOUND']) {
      const counted = `{service="test",method="shotwire.test.v1.Mirror/Reflect",code="${code}"} 1`;
      assert.ok(text.split('\n').includes(`rpc_server_duration_seconds_count${counted}`));
    }
  });
});
