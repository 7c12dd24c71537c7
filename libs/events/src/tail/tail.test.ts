import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, startFaultProxy, startTestNats } from '@shotwire/testing';
import { operate } from '../events.fixture.ts';
import { STREAM } from '../stream.ts';
import { collect, countConsumers, openTailHouse, openTestTail, publish } from './tail.fixture.ts';

const settles = (places: readonly number[], expected: readonly number[]) =>
  eventually(() => assert.deepEqual(places, expected), { timeoutMs: 20_000 });

test('who reads hears of what happens to its account from then on, and of nobody else', async () => {
  await using house = await openTailHouse();
  await publish(house.nats, ['one', 'two']);
  const [one, two] = [collect(await house.read('one')), collect(await house.read('two'))];
  await publish(house.nats, ['one', 'two', 'one', 'three']);
  await settles(one, [3, 5]);
  await settles(two, [4]);
});

test('all who listen share one consumer, which goes when nobody has for a while', async () => {
  await using house = await openTailHouse({ idleMs: 50 });
  await publish(house.nats, ['one']);
  assert.equal(await countConsumers(house.nats), 0);
  const leaving = new AbortController();
  for (let n = 0; n < 20; n++) await house.tail.read({ accountId: 'one', signal: leaving.signal });
  assert.equal(await countConsumers(house.nats), 1);
  leaving.abort();
  await eventually(async () => assert.equal(await countConsumers(house.nats), 0));
  const again = collect(await house.read('one'));
  await publish(house.nats, ['one']);
  await settles(again, [2]);
});

test('reading goes on after any place, over the edge of what is in memory, without a gap and without a double', async () => {
  await using house = await openTailHouse({ remembered: 10 });
  const places = await publish(house.nats, Array(200).fill('one'));
  const readers = await Promise.all(
    [0, 5, 150, 189, 190, 191, 199, 200].map(async (after) => ({ after, read: collect(await house.read('one', after)) })),
  );
  places.push(...(await publish(house.nats, Array(30).fill('one'))));
  for (const { after, read } of readers) await settles(read, places.slice(after));
  await eventually(async () => assert.equal(await countConsumers(house.nats), 1));
});

test('a reader that is slow falls out of memory, and reads all the same', async () => {
  await using house = await openTailHouse({ remembered: 5 });
  await publish(house.nats, ['one']);
  const reader = (await house.read('one'))[Symbol.asyncIterator]();
  await publish(house.nats, ['one']);
  const read = [(await reader.next()).value?.sequence];
  const marker = collect(await house.read('two'));
  await publish(house.nats, [...Array(50).fill('one'), 'two']);
  await settles(marker, [53]);
  while (read.length < 51) read.push((await reader.next()).value?.sequence);
  assert.deepEqual(
    read,
    Array.from({ length: 51 }, (_, at) => at + 2),
  );
});

test('a place that the stream has not come to is of a stream that is gone: it is read from its beginning', async () => {
  await using house = await openTailHouse();
  await publish(house.nats, ['one', 'one']);
  await settles(collect(await house.read('one', 7_000)), [1, 2]);
});

test('a place from before the oldest event begins with that one', async () => {
  await using house = await openTailHouse({ remembered: 2 });
  await publish(house.nats, Array(6).fill('one'));
  await operate(house.nats, (manager) => manager.streams.purge(STREAM, { seq: 4 }));
  await settles(collect(await house.read('one', 1)), [4, 5, 6]);
  await operate(house.nats, (manager) => manager.streams.purge(STREAM));
  const emptied = collect(await house.read('one', 2));
  await publish(house.nats, ['one']);
  await eventually(() => assert.equal(emptied.at(-1), 7), { timeoutMs: 20_000 });
  // What had come into memory before is given all the same.
  assert.ok('5,6,7'.endsWith(emptied.join()), emptied.join());
});

test('NATS killed and started again loses no event for those who read, and gives none twice', async () => {
  await using house = await openTailHouse();
  const read = collect(await house.read('one'));
  await publish(house.nats, ['one', 'one']);
  await settles(read, [1, 2]);
  await house.nats.kill();
  await house.nats.restart();
  await publish(house.nats, ['one', 'one']);
  await settles(read, [1, 2, 3, 4]);
});

test('a consumer that an operator has removed is made again, and nothing is missed', async () => {
  await using house = await openTailHouse();
  const read = collect(await house.read('one'));
  await publish(house.nats, ['one']);
  await settles(read, [1]);
  await operate(house.nats, async (manager) => {
    for (const { name } of await manager.consumers.list(STREAM).next()) await manager.consumers.delete(STREAM, name);
  });
  await publish(house.nats, ['one', 'one']);
  await settles(read, [1, 2, 3]);
});

test('a stream that was deleted and begins anew is read on, but for what was known already', async () => {
  await using house = await openTailHouse();
  const id = randomUUID();
  const read = collect(await house.read('one'));
  await publish(house.nats, ['one', 'one']);
  await publish(house.nats, ['one'], { id });
  await settles(read, [1, 2, 3]);
  await operate(house.nats, (manager) => manager.streams.delete(STREAM));
  // Its sender sends again what nobody has confirmed.
  await publish(house.nats, ['one'], { id });
  await publish(house.nats, ['one']);
  await settles(read, [1, 2, 3, 2]);
});

test('an event that was sent twice is read once; what is no event is left out', async () => {
  await using house = await openTailHouse();
  const read = collect(await house.read('one'));
  const id = randomUUID();
  for (let n = 0; n < 2; n++) await publish(house.nats, ['one'], { id });
  await operate(house.nats, (manager) => manager.jetstream().publish('shotwire.events.odd', 'nonsense'));
  await publish(house.nats, ['one']);
  await settles(read, [1, 4]);
});

test('where a reader stands is where there is nothing more to read for it', async () => {
  await using house = await openTailHouse();
  const reader = await house.read('one', 0);
  const read = collect(reader);
  await publish(house.nats, ['one', 'two', 'two']);
  await settles(read, [1]);
  await eventually(() => assert.equal(reader.place, 3));
});

test('who waits for a screenshot is woken by its events, until it waits no more', async () => {
  await using house = await openTailHouse();
  const screenshotId = randomUUID();
  let woken = 0;
  const ear = house.tail.hear(screenshotId, () => void woken++);
  await ear.hears;
  const marker = collect(await house.read('marker'));
  await publish(house.nats, ['one'], { screenshotId: randomUUID() });
  await publish(house.nats, ['one'], { screenshotId });
  await eventually(() => assert.equal(woken, 1));
  ear[Symbol.dispose]();
  await publish(house.nats, ['one'], { screenshotId });
  await publish(house.nats, ['marker']);
  await eventually(() => assert.equal(marker.length, 1));
  assert.equal(woken, 1);
});

test('where NATS is not there, reading begins when it comes, or is given up with its signal', async () => {
  await using nats = await startTestNats();
  await nats.kill();
  await using house = openTestTail(nats);
  const impatient = new AbortController();
  const refused = assert.rejects(house.tail.read({ accountId: 'one', signal: impatient.signal }), /enough/);
  const patient = house.read('one');
  impatient.abort(new Error('enough'));
  await refused;
  await nats.restart();
  const read = collect(await patient);
  await publish(nats, ['one']);
  await settles(read, [1]);
});

test('readers end with the tail, which closes promptly, also while NATS says nothing', async () => {
  await using nats = await startTestNats();
  await using proxy = await startFaultProxy({ target: nats });
  const house = openTestTail(proxy);
  const reader = await house.read('one');
  const reading = (async () => {
    for await (const _ of reader) assert.fail();
  })();
  proxy.pause();
  const began = performance.now();
  await house.tail[Symbol.asyncDispose]();
  await reading;
  await house[Symbol.asyncDispose]();
  assert.ok(performance.now() - began < 1_000);
  assert.throws(() => house.tail.hear('x', () => {}), /has ended/);
});
