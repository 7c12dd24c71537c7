import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Delivery, DeliveryState, type Instant, instantFromTimestamp } from '@shotwire/contract';
import { deliveryToProto, originsOf, type State } from './delivery.ts';

const row = {
  webhookId: 'msg_1',
  subjectId: null,
  state: 'pending' as State,
  attempts: 0,
  nextAttemptAt: null,
  lastStatus: null,
  lastError: null,
  appId: null,
  eventId: 'e',
  eventType: 'app.disabled',
  target: null,
  createdAt: '2026-03-09T10:30:00.000000Z' as Instant,
  endedAt: null,
  sequence: '9007199254740993',
};

test('what has ended stays as it is', () => {
  const states: State[] = ['pending', 'sending', 'succeeded', 'failed', 'cancelled', 'paused'];
  const origins = new Set(states.flatMap(originsOf));
  assert.deepEqual([...origins].sort(), ['paused', 'pending', 'sending']);
});

test('only what is pending is sent, and only what is sent ends by an answer', () => {
  assert.deepEqual(originsOf('sending'), ['pending']);
  assert.deepEqual([originsOf('succeeded'), originsOf('failed')], [['sending'], ['sending']]);
});

test('a row travels with nothing where there is nothing', () => {
  const { createdAt, ...sent }: Delivery = deliveryToProto(row);
  assert.equal(createdAt && instantFromTimestamp(createdAt), row.createdAt);
  assert.deepEqual([sent.id, sent.subjectId, sent.appId, sent.lastError, sent.lastStatus], ['msg_1', '', '', '', 0]);
  assert.deepEqual([sent.nextAttemptAt, sent.endedAt, sent.sequence], [undefined, undefined, 9007199254740993n]);
});

test('each state has its number', () => {
  const numbers = (['pending', 'sending', 'succeeded', 'failed', 'cancelled', 'paused'] as const).map(
    (state) => deliveryToProto({ ...row, state }).state,
  );
  assert.deepEqual(numbers, [
    DeliveryState.PENDING,
    DeliveryState.SENDING,
    DeliveryState.SUCCEEDED,
    DeliveryState.FAILED,
    DeliveryState.CANCELLED,
    DeliveryState.PAUSED,
  ]);
});
