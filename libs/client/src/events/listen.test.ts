import assert from 'node:assert/strict';
import { test } from 'node:test';
import { no, openServer, type Reply, screenshotOf } from '../server.fixture.ts';
import type { Shotwire } from '../shotwire.ts';
import type { Listening } from './listen.ts';

/** A stream that says this much and then ends, is cut, or stays open. */
const stream =
  (text: string, then: 'end' | 'cut' | 'stay' = 'end'): Reply =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (then === 'end') response.end(text);
    else response.write(text, () => then === 'cut' && response.destroy());
  };
const event = (id: number) => `id: ${id}\nevent: screenshot.completed\ndata: {"n": ${id}}\n\n`;

/** The first few events. */
async function first(count: number, shotwire: Shotwire, listening?: Listening) {
  const events = [];
  for await (const one of shotwire.events(listening)) if (events.push(one) === count) break;
  return events;
}

test('events come as they are said, whatever the line ends and comments between them', async () => {
  const said = ': hello\r\n\r\nid: 7\r\nevent: batch.completed\r\ndata: {"id":\r\ndata: "b1"}\r\n\r\n';
  await using server = await openServer(stream(said, 'stay'));
  assert.deepEqual(await first(1, server.shotwire), [{ id: '7', type: 'batch.completed', data: { id: 'b1' } }]);
  assert.equal(server.came[0]?.headers.accept, 'text/event-stream');
  assert.equal(server.came[0]?.headers['last-event-id'], undefined);
});

test('a lost connection is opened again, and goes on after the last event that came whole', async () => {
  const cuts: string[] = [];
  await using server = await openServer(
    stream(`${event(1)}${event(2)}id: 3\ndata: {"ha`, 'cut'),
    no(503, 'UNAVAILABLE'),
    stream(event(3), 'stay'),
  );
  const events = await first(3, server.shotwire, { lastEventId: '0', onCut: ({ code }) => cuts.push(code) });
  assert.deepEqual(
    events.map(({ data }) => data.n),
    [1, 2, 3],
  );
  assert.deepEqual(
    server.came.map(({ headers }) => headers['last-event-id']),
    ['0', '2', '2'],
  );
  assert.deepEqual(cuts, ['UNREACHABLE', 'UNAVAILABLE']);
});

test('a place in the stream that is named without an event is kept as well', async () => {
  await using server = await openServer(stream('id: 41\n\n'), stream(event(42), 'stay'));
  await first(1, server.shotwire);
  assert.equal(server.came[1]?.headers['last-event-id'], '41');
});

test('it comes back no sooner than the stream or the refusal says', async () => {
  const pauses: number[] = [];
  await using server = await openServer(
    stream('retry: 600\n\n'),
    no(429, 'RATE_LIMITED', { 'retry-after': '1' }),
    stream(event(1), 'stay'),
  );
  await first(1, server.shotwire, { onCut: (_, ms) => pauses.push(ms) });
  assert.deepEqual(pauses, [600, 1000]);
});

for (const [name, reply, code] of [
  ['refuses the key', no(401, 'INVALID_API_KEY'), 'INVALID_API_KEY'],
  ['answers with something else', screenshotOf('completed'), 'UNEXPECTED_ANSWER'],
  ['says what is no JSON', stream('data: oh\n\n', 'stay'), 'UNEXPECTED_ANSWER'],
  ['never ends a line', stream('x'.repeat(1_100_000), 'stay'), 'UNEXPECTED_ANSWER'],
  ['never ends an event', stream(`data: ${'x'.repeat(1000)}\n`.repeat(1_100), 'stay'), 'UNEXPECTED_ANSWER'],
] as const)
  test(`a server that ${name} is given up`, async () => {
    await using server = await openServer(reply);
    await assert.rejects(first(1, server.shotwire), { code });
    assert.equal(server.came.length, 1);
  });

test('an abort ends the listening with its reason, and the connection', async () => {
  const leaving = new AbortController();
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  await using server = await openServer((response) => {
    response.on('close', resolve);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1));
  });
  await assert.rejects(async () => {
    for await (const _ of server.shotwire.events({ signal: leaving.signal })) leaving.abort(new Error('enough'));
  }, /^Error: enough$/);
  await gone;
});

test('whoever leaves the loop closes the connection', async () => {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  await using server = await openServer((response) => {
    response.on('close', resolve);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event(1));
  });
  await first(1, server.shotwire);
  await gone;
});
