import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterS } from './retry-after.ts';

const nowMs = Date.UTC(2026, 2, 9, 10, 30, 0);
const waits = (value?: string) => retryAfterS(value, nowMs);

test('seconds are seconds', () => {
  assert.deepEqual(['0', '1', '120', ' 7 '].map(waits), [0, 1, 120, 7]);
});

test('a date is how long it is until then, in each form that HTTP has', () => {
  for (const date of ['Mon, 09 Mar 2026 10:32:00 GMT', 'Monday, 09-Mar-26 10:32:00 GMT', 'Mon Mar  9 10:32:00 2026'])
    assert.equal(waits(date), 120, date);
});

test('what is over is over', () => {
  assert.equal(waits('Mon, 09 Mar 2026 10:29:59 GMT'), 0);
  assert.equal(waits('Sun, 06 Nov 1994 08:49:37 GMT'), 0);
});

test('nobody has us wait for more than a day', () => {
  for (const value of ['86401', '9'.repeat(400), 'Fri, 09 Mar 2046 10:30:00 GMT']) assert.equal(waits(value), 86_400, value);
});

test('what is neither is nothing', () => {
  for (const value of [
    undefined,
    '',
    ' ',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    'soon',
    'March 7',
    '2026-03-09T10:32:00Z',
    'Mon, 99 Mar 2026 10:32:00 GMT',
  ])
    assert.equal(waits(value), undefined, value);
});
