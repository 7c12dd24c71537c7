import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '@shotwire/failures';
import { eventually, openMirror } from './mirror.fixture.ts';

const piece = new Uint8Array(32 * 1024);
const isFailure = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

/** A flow that counts what it made and whether it was returned. */
function fountain(count = Number.POSITIVE_INFINITY) {
  const seen = { made: 0, returned: false };
  async function* flow() {
    try {
      while (seen.made < count) {
        seen.made += 1;
        yield { value: piece };
      }
    } finally {
      seen.returned = true;
    }
  }
  return { seen, flow };
}

test('a stream arrives whole and in order, then ends', async () => {
  await using house = await openMirror({
    async *flow() {
      for (let n = 0; n < 1000; n++) yield { value: Buffer.from(String(n)) };
    },
  });
  const arrived: string[] = [];
  for await (const { value } of house.client.flow({})) arrived.push(Buffer.from(value).toString());
  assert.deepEqual(
    arrived,
    Array.from({ length: 1000 }, (_, n) => String(n)),
  );
});

test('a slow consumer holds the server back', async () => {
  const { seen, flow } = fountain(5000);
  await using house = await openMirror({ flow });
  let taken = 0;
  for await (const { value } of house.client.flow({}, { timeoutMs: 60_000 })) {
    assert.equal(value.byteLength, piece.byteLength);
    taken += 1;
    if (taken % 50 === 0 && taken <= 500) {
      // Time in which a server that is not held back would make thousands more.
      await delay(30);
      assert.ok(seen.made - taken < 300, `${seen.made} were made when ${taken} were taken`);
    }
  }
  assert.equal(taken, 5000);
});

test('a consumer that leaves the loop ends the generator', async () => {
  const { seen, flow } = fountain();
  await using house = await openMirror({ flow });
  for await (const _ of house.client.flow({}, { timeoutMs: 60_000 })) break;
  await eventually(() => assert.ok(seen.returned));
  const { made } = seen;
  await delay(50);
  assert.equal(seen.made, made);
});

test('a consumer that leaves ends a generator that waits for something else, through its signal', async () => {
  let returned = false;
  await using house = await openMirror({
    async *flow(_, { signal }) {
      try {
        yield { value: piece };
        await delay(60_000, undefined, { signal });
      } finally {
        returned = true;
      }
    },
  });
  for await (const _ of house.client.flow({}, { timeoutMs: 60_000 })) break;
  await eventually(() => assert.ok(returned));
  assert.deepEqual(
    house.lines.filter(({ level }) => level !== 'debug'),
    [],
  );
});

test('the caller that aborts ends the stream on both sides', async () => {
  const { seen, flow } = fountain();
  await using house = await openMirror({ flow });
  const leaving = new AbortController();
  await assert.rejects(async () => {
    for await (const _ of house.client.flow({}, { timeoutMs: 60_000, context: { signal: leaving.signal } })) leaving.abort();
  }, isFailure('cancelled'));
  await eventually(() => assert.ok(seen.returned));
});

test('the deadline reaches a generator whose consumer reads nothing and keeps no deadline', async () => {
  let reason: unknown;
  const { seen, flow } = fountain();
  await using house = await openMirror({
    flow: (_, { signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return flow();
    },
  });
  using session = Object.assign(connect(`http://${house.server.address}`), {
    [Symbol.dispose]() {
      session.destroy();
    },
  });
  const request = session.request({
    ':method': 'POST',
    ':path': '/shotwire.test.v1.Mirror/Flow',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': '300m',
  });
  request.end(Buffer.alloc(5));
  await eventually(() => assert.ok(isFailure('deadline_exceeded')(reason)));
  await eventually(() => assert.ok(seen.returned));
  assert.ok(seen.made < 300);
});

test('a deadline ends a stream on both sides', async () => {
  let signal: AbortSignal | undefined;
  await using house = await openMirror({
    async *flow(_, context) {
      signal = context.signal;
      yield { value: piece };
      await once(context.signal, 'abort');
    },
  });
  let taken = 0;
  await assert.rejects(async () => {
    for await (const _ of house.client.flow({}, { timeoutMs: 200 })) taken += 1;
  }, isFailure('deadline_exceeded'));
  assert.equal(taken, 1);
  await eventually(() => assert.ok(signal?.reason instanceof Failure));
});

test('a failure in the middle of a stream arrives after what was sent before it', async () => {
  await using house = await openMirror({
    async *flow() {
      yield { value: piece };
      yield { value: piece };
      throw new Failure('queue_full', { retryAfterS: 3 });
    },
  });
  let taken = 0;
  await assert.rejects(
    async () => {
      for await (const _ of house.client.flow({})) taken += 1;
    },
    (thrown) => thrown instanceof Failure && thrown.kind === 'queue_full' && thrown.retryAfterS === 3,
  );
  assert.equal(taken, 2);
});

test('an unknown error in a stream leaks nothing and ends it', async () => {
  await using house = await openMirror({
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give.
    async *flow() {
      throw new Error('secret');
    },
  });
  await assert.rejects(
    async () => {
      for await (const _ of house.client.flow({})) assert.fail();
    },
    (thrown) => thrown instanceof Failure && thrown.kind === 'internal' && !String(thrown.cause).includes('secret'),
  );
  assert.ok(house.lines.some(({ level }) => level === 'error'));
});

test('an answer that does not fit its message is an internal failure, logged, and ends the generator', async () => {
  let returned = false;
  await using house = await openMirror({
    async *flow() {
      try {
        yield { value: 'a text' as unknown as Uint8Array };
      } finally {
        returned = true;
      }
    },
  });
  await assert.rejects(async () => {
    for await (const _ of house.client.flow({})) assert.fail();
  }, isFailure('internal'));
  assert.ok(returned);
  assert.ok(house.lines.some(({ level }) => level === 'error'));
});
