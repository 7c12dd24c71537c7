import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ScreenshotSchema, ScreenshotStatus } from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { untilEnded } from './until-ended.ts';

const { PENDING, PROCESSING, COMPLETED, FAILED, CANCELLED } = ScreenshotStatus;

/** Capture that says these statuses one after the other, the last of them for good. */
function intakeOf(...statuses: ScreenshotStatus[]) {
  const asked: unknown[] = [];
  const getScreenshot = async (request: { id?: string }, { context }: { context?: unknown } = {}) => {
    asked.push({ ...request, context });
    const status = statuses[Math.min(asked.length, statuses.length) - 1] as ScreenshotStatus;
    return { screenshot: create(ScreenshotSchema, { id: request.id ?? '', status }) };
  };
  return { asked, intake: { getScreenshot } as never };
}

const context = { account: 'one' };
const signal = new AbortController().signal;

test('it is asked for until it has ended, in whatever way', async () => {
  for (const end of [COMPLETED, FAILED, CANCELLED]) {
    const { asked, intake } = intakeOf(PENDING, PROCESSING, end);
    const screenshot = await untilEnded('7', { intake, context, signal, waitMs: 5_000 });
    assert.deepEqual([screenshot.id, screenshot.status], ['7', end]);
    assert.deepEqual(asked, Array(3).fill({ id: '7', context }));
  }
});

test('when the time is over it is given as it is', async () => {
  const { intake } = intakeOf(PENDING, PROCESSING);
  assert.equal((await untilEnded('7', { intake, context, signal, waitMs: 80 })).status, PROCESSING);
});

test('when nobody waits any more it is not asked for again', async () => {
  const { asked, intake } = intakeOf(PENDING);
  const gone = new AbortController();
  const waiting = untilEnded('7', { intake, context, signal: gone.signal, waitMs: 60_000 });
  gone.abort();
  await assert.rejects(waiting, (thrown: Failure) => thrown instanceof Failure && thrown.kind === 'cancelled');
  assert.equal(asked.length, 1);
});

test('what keeps capture from answering is passed on', async () => {
  const intake = { getScreenshot: async () => Promise.reject(new Failure('not_found')) } as never;
  await assert.rejects(untilEnded('7', { intake, context, signal, waitMs: 5_000 }), { kind: 'not_found' });
});
