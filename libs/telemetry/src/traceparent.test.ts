import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { childTraceparent, newTraceparent, parseTraceparent } from './index.ts';

const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a traceparent is read into its parts', () => {
  assert.deepEqual(parseTraceparent(given), {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    sampled: true,
  });
  assert.equal(parseTraceparent(given.replace(/01$/, '00'))?.sampled, false);
  assert.ok(parseTraceparent(given.replace(/^00/, '01').concat('-later')));
});

for (const wrong of [
  '',
  'nonsense',
  given.replace(/^00/, 'ff'),
  given.toUpperCase(),
  `${given}-more`,
  `${given}\n`,
  given.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
  given.replace('b7ad6b7169203331', '0'.repeat(16)),
]) {
  test(`${JSON.stringify(wrong)} is not a traceparent`, () => assert.equal(parseTraceparent(wrong), undefined));
}

test('a child keeps the trace and has a step of its own', () => {
  const child = parseTraceparent(childTraceparent(given, randomBytes));
  assert.equal(child?.traceId, '0af7651916cd43dd8448eb211c80319c');
  assert.notEqual(child?.spanId, 'b7ad6b7169203331');
});

test('without a valid parent a new trace begins', () => {
  assert.ok(parseTraceparent(newTraceparent(randomBytes)));
  assert.ok(parseTraceparent(childTraceparent(undefined, randomBytes)));
  assert.ok(parseTraceparent(childTraceparent('nonsense', randomBytes)));
});
