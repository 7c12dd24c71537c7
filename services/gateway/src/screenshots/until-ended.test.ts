import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ScreenshotSchema, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { eventually } from '@shotwire/testing';
import { twinTail } from '../twins.fixture.ts';
import { untilEnded } from './until-ended.ts';

const { PENDING, PROCESSING, COMPLETED, FAILED, CANCELLED } = ScreenshotStatus;

/** Capture that says these statuses one after the other, the last of them for good; and a tail that says nothing by itself. */
function openWait(...statuses: ScreenshotStatus[]) {
  const asked: unknown[] = [];
  const getScreenshot = async (request: { id?: string }, { context }: { context?: unknown } = {}) => {
    asked.push({ ...request, context });
    const status = statuses[Math.min(asked.length, statuses.length) - 1] as ScreenshotStatus;
    return { screenshot: create(ScreenshotSchema, { id: request.id ?? '', status }) };
  };
  const closing = new AbortController();
  const gone = new AbortController();
  const { tail, tell } = twinTail();
  const parts = { intake: { getScreenshot } as never, context: { account: 'one' }, signal: gone.signal, waitMs: 60_000 };
  return {
    asked,
    tell,
    close: () => closing.abort(),
    leave: () => gone.abort(),
    parts: { ...parts, tail: { ...tail, closing: closing.signal } },
  };
}

/** A tail of a NATS that is away. */
const deaf = { hear: () => ({ hears: new Promise<void>(() => {}), [Symbol.dispose]: () => {} }), closing: new AbortController().signal };

test('it is looked at when something happened to it, until it has ended in whatever way', async () => {
  for (const end of [COMPLETED, FAILED, CANCELLED]) {
    const { asked, tell, parts } = openWait(PENDING, PROCESSING, end);
    const ended = untilEnded('7', parts);
    for (const looks of [1, 2]) {
      await eventually(() => assert.equal(asked.length, looks));
      tell('7');
    }
    const { id, status } = await ended;
    assert.deepEqual([id, status], ['7', end]);
    assert.deepEqual(asked, Array(3).fill({ id: '7', context: { account: 'one' } }));
  }
});

test('what had ended before is given at the first look', async () => {
  const { asked, parts } = openWait(COMPLETED);
  assert.equal((await untilEnded('7', parts)).status, COMPLETED);
  assert.equal(asked.length, 1);
});

test('what ends while it is looked at is not missed', async () => {
  const { asked, tell, parts } = openWait(PENDING, COMPLETED);
  const { getScreenshot } = parts.intake as { getScreenshot: (...given: [object, object]) => Promise<object> };
  const slow = async (...given: [object, object]) => {
    const seen = await getScreenshot(...given);
    tell('7');
    return seen;
  };
  assert.equal((await untilEnded('7', { ...parts, intake: { getScreenshot: slow } as never })).status, COMPLETED);
  assert.equal(asked.length, 2);
});

test('an end of which the event was lost is found by looking all the same', async () => {
  const { parts } = openWait(PENDING, COMPLETED);
  assert.equal((await untilEnded('7', parts)).status, COMPLETED);
});

test('where NATS is away it is looked at often', async () => {
  const { parts } = openWait(...Array(5).fill(PENDING), COMPLETED);
  const began = performance.now();
  assert.equal((await untilEnded('7', { ...parts, tail: deaf })).status, COMPLETED);
  assert.ok(performance.now() - began < 2_000);
});

test('when the time is over, or the gateway closes, it is given as it is', async () => {
  const { parts } = openWait(PENDING, PROCESSING);
  assert.equal((await untilEnded('7', { ...parts, waitMs: 80 })).status, PROCESSING);
  const closing = openWait(PENDING, PROCESSING);
  const waiting = untilEnded('7', closing.parts);
  await eventually(() => assert.equal(closing.asked.length, 1));
  closing.close();
  assert.equal((await waiting).status, PROCESSING);
});

test('when nobody waits any more it is not asked for again', async () => {
  const { asked, leave, parts } = openWait(PENDING);
  const waiting = untilEnded('7', parts);
  await eventually(() => assert.equal(asked.length, 1));
  leave();
  await assert.rejects(waiting, (thrown: Failure) => thrown instanceof Failure && thrown.kind === 'cancelled');
  assert.equal(asked.length, 1);
});

test('what keeps capture from answering is passed on', async () => {
  const { parts } = openWait();
  const intake = { getScreenshot: async () => Promise.reject(new Failure('not_found')) } as never;
  await assert.rejects(untilEnded('7', { ...parts, intake }), { kind: 'not_found' });
});
