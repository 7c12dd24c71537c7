import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openListening } from './events.fixture.ts';

test('who listens is told of what happens to the account from then on, and of nobody else', async () => {
  await using house = await openListening();
  await house.happen(['one', 'two']);
  const one = await house.listen();
  const two = await house.listen('/events', { key: 'key-two' });
  assert.equal(one.answer.statusCode, 200);
  assert.equal(one.answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.equal(one.answer.headers['cache-control'], 'no-cache, no-transform');
  await house.happen(['one', 'two', 'one']);
  assert.deepEqual(
    (await one.heard(2)).map(({ id, event }) => [id, event]),
    [
      ['3', 'screenshot.completed'],
      ['5', 'screenshot.completed'],
    ],
  );
  assert.deepEqual(
    (await two.heard(1)).map(({ id }) => id),
    ['4'],
  );
});

test('the data is what a webhook has under data', async () => {
  await using house = await openListening();
  const listener = await house.listen();
  await house.happen(['one'], {
    type: 'screenshot.failed',
    screenshot: { id: '7', url: 'https://example.com', problem: { code: 'TIMEOUT', message: 'Late.' } },
  });
  const [{ data = '' } = {}] = await listener.heard(1);
  assert.deepEqual(JSON.parse(data), {
    id: '7',
    status: 'failed',
    url: 'https://example.com',
    error: { message: 'Late.', code: 'TIMEOUT' },
    created_at: null,
  });
});

test('who has heard nothing yet knows where to go on, and a heartbeat says how far the stream has come', async () => {
  await using house = await openListening({ heartbeatMs: 50 });
  await house.happen(['one', 'two']);
  const listener = await house.listen();
  await eventually(() => assert.deepEqual(listener.blocks()[0], { retry: '1000', id: '2' }));
  await house.happen(['two']);
  await eventually(() => assert.deepEqual(listener.blocks().at(-1), { '': '', id: '3' }));
  assert.deepEqual(listener.events(), []);
});

test('it goes on after the event that was named, in the header before the query, over the edge of what is remembered', async () => {
  await using house = await openListening({ remembered: 10 });
  await house.happen(Array(120).fill('one'));
  const ids = (from: number) => Array.from({ length: 121 - from }, (_, at) => String(from + at + 1));
  for (const [path, headers, from] of [
    ['/events?last_event_id=0', {}, 0],
    ['/events?last_event_id=0', { 'last-event-id': '60' }, 60],
    ['/events?last_event_id=109', { 'last-event-id': '' }, 109],
    ['/events', { 'last-event-id': '110' }, 110],
    ['/events', { 'last-event-id': '120' }, 120],
  ] as const) {
    const listener = await house.listen(path, { headers });
    const before = 120 - from;
    await listener.heard(before);
    listener.leave();
    assert.deepEqual(
      listener.events().map(({ id }) => id),
      ids(from).slice(0, before),
    );
  }
});

test('an id that the stream has not come to is of a stream that is gone: all that there is comes', async () => {
  await using house = await openListening();
  await house.happen(['one', 'one']);
  assert.equal((await (await house.listen('/events?last_event_id=5000')).heard(2))[0]?.id, '1');
});

for (const [path, headers, field] of [
  ['/events?last_event_id=-1', {}, 'last_event_id'],
  ['/events?last_event_id=1e3', {}, 'last_event_id'],
  ['/events?types=screenshot.finished', {}, 'types'],
  ['/events?types=', {}, 'types'],
  ['/events?since=1', {}, 'since'],
  ['/events', { 'last-event-id': 'abc' }, 'Last-Event-ID'],
  ['/events', { 'last-event-id': '99999999999999999999' }, 'Last-Event-ID'],
] as const)
  test(`${path} with ${JSON.stringify(headers)} is refused by its field`, async () => {
    await using house = await openListening();
    const refused = await house.listen(path, { headers });
    assert.equal(refused.answer.statusCode, 422);
    assert.deepEqual(Object.keys((await refused.json()).error.details), [field]);
  });

test('only the types that were asked for come', async () => {
  await using house = await openListening();
  const listener = await house.listen('/events?types=screenshot.failed,batch.completed');
  await house.happen(['one']);
  await house.happen(['one'], { type: 'batch.completed', batch: { id: 'b' } });
  await house.happen(['one'], { type: 'screenshot.failed' });
  assert.deepEqual(
    (await listener.heard(2)).map(({ event }) => event),
    ['batch.completed', 'screenshot.failed'],
  );
});

test('NATS may go and come back: who listens is told of everything once', async () => {
  await using house = await openListening();
  const listener = await house.listen();
  await house.happen(['one']);
  await listener.heard(1);
  await house.nats.kill();
  await house.nats.restart();
  await house.happen(['one', 'one']);
  assert.deepEqual(
    (await listener.heard(3)).map(({ id }) => id),
    ['1', '2', '3'],
  );
});

test('an account has as many streams as it may have; one that leaves makes room, and is counted no more', async () => {
  await using house = await openListening({ parts: { listenersPerAccount: 2 } });
  const listeners = [await house.listen(), await house.listen()];
  const gauge = async () => /^event_listeners\{.*\} (\d+)$/m.exec((await house.metrics.expose()).text)?.[1];
  assert.equal(await gauge(), '2');
  const refused = await house.listen();
  assert.deepEqual([refused.answer.statusCode, (await refused.json()).error.code], [429, 'ACCOUNT_FULL']);
  assert.ok(refused.answer.headers['retry-after']);
  assert.equal((await house.listen('/events', { key: 'key-two' })).answer.statusCode, 200);
  listeners[0]?.leave();
  await eventually(async () => assert.equal(await gauge(), '2'));
  assert.equal((await house.listen()).answer.statusCode, 200);
});

test('who does not read is cut off, and nobody else', async () => {
  await using house = await openListening({ heartbeatMs: 100 });
  const reads = await house.listen();
  const stuck = connect(house.port, '127.0.0.1').pause();
  let closed = false;
  stuck.once('close', () => (closed = true)).on('error', () => {});
  stuck.write('GET /api/v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key-one\r\n\r\n');
  const cut = async () => /^event_listeners_cut_total\{.*\} (\d+)$/m.exec((await house.metrics.expose()).text)?.[1];
  const large = { url: `https://example.com/${'x'.repeat(200_000)}` };
  let said = 0;
  await eventually(
    async () => {
      await house.happen(Array(20).fill('one'), { screenshot: large });
      said += 20;
      assert.equal(await cut(), '1');
    },
    { timeoutMs: 30_000 },
  );
  await reads.heard(said);
  stuck.resume();
  await eventually(() => assert.ok(closed));
});

test('a key that was revoked hears nothing any more', async () => {
  let revoked = false;
  await using house = await openListening({
    heartbeatMs: 20,
    parts: { keyring: { find: async () => key, findById: async () => (revoked ? undefined : key), forget: () => {} } },
  });
  const listener = await house.listen();
  revoked = true;
  await listener.ended();
});
const key = { id: '1', accountId: 'one', name: 'first', scopes: ['read' as const], domains: [] };

test('streams end when the gateway closes, which is done in time', async () => {
  await using house = await openListening();
  const { id } = await house.make();
  const listeners = [await house.listen(), await house.listen(), await house.listen(`/screenshots/${id}/events`)];
  const began = performance.now();
  await house.open[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 2_000);
  for (const listener of listeners) await listener.ended();
  assert.deepEqual(
    house.lines.filter(({ level }) => level === 'error' || level === 'warn'),
    [],
  );
});

test('where NATS is away a stream does not begin: 503', async () => {
  await using house = await openListening();
  await house.nats.kill();
  const refused = await house.listen();
  assert.deepEqual([refused.answer.statusCode, (await refused.json()).error.code], [503, 'UNAVAILABLE']);
});

test('there is no HEAD of what has no end', async () => {
  await using house = await openListening();
  assert.equal((await house.ask('HEAD', '/api/v1/events')).status, 405);
});
