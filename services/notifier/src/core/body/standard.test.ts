import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTypes } from '../event-types.ts';
import { eventOf } from '../events.fixture.ts';
import { rendered } from '../rendered.fixture.ts';

test('a body is type, timestamp and data, and the time is that of the event', () => {
  for (const type of eventTypes) {
    const { said } = rendered(eventOf({ type }), { profile: 'standard' });
    assert.deepEqual(Object.keys(said), ['type', 'timestamp', 'data']);
    assert.deepEqual([said.type, said.timestamp], [type, '2026-03-09T10:30:05.000000Z']);
  }
});

test('its data is what the profile run says', () => {
  for (const type of eventTypes) {
    const event = eventOf({ type });
    assert.deepEqual(rendered(event, { profile: 'standard' }).said.data, rendered(event, { profile: 'run' }).said.data);
  }
});

test('what failed says why, and what recovered does not', () => {
  const errorOf = (type: string) => rendered(eventOf({ type }), { profile: 'standard' }).said.data.error;
  assert.deepEqual(errorOf('app.upload.failed'), { code: 'status', http_status: 403 });
  assert.deepEqual(errorOf('delivery.exhausted'), { code: 'status', http_status: 502 });
  assert.deepEqual([errorOf('delivery.recovered'), errorOf('app.upload.finished')], [undefined, undefined]);
});
