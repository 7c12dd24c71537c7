import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { type Event, EventSchema } from '@shotwire/contract';
import { eventTypes } from './event-types.ts';
import { eventOf, ids } from './events.fixture.ts';
import { rendered } from './rendered.fixture.ts';

const shapes = [
  { profile: 'run' },
  { profile: 'center', dialect: 'done' },
  { profile: 'center', dialect: 'finished' },
  { profile: 'standard' },
] as const;

/** Whole events, and ever less of them. */
function* events(): Generator<Event> {
  yield create(EventSchema);
  for (const type of ['', 'no.such', 'screenshot.', 'delivery.', 'app.upload.', ...eventTypes]) {
    yield eventOf({ type });
    yield create(EventSchema, { type });
    yield create(EventSchema, { type, screenshot: {}, batch: {}, delivery: {}, app: {} });
    yield create(EventSchema, { type, screenshot: { id: ids.screenshot, image: {} }, occurredAt: { seconds: 10n ** 18n, nanos: -1 } });
  }
}

test('whatever an event is and lacks, there is a body, and it begins with a brace', () => {
  for (const event of events())
    for (const shape of shapes) assert.match(rendered(event, shape).body, /^\{"(event|type)":/, `${event.type} ${JSON.stringify(shape)}`);
});

test('what is missing is null and not left out', () => {
  const bare = create(EventSchema, { type: 'screenshot.completed' });
  assert.deepEqual(rendered(bare, { profile: 'run' }).said.data, null);
  assert.deepEqual(rendered(bare, { profile: 'standard' }).said, { type: 'screenshot.completed', timestamp: null, data: null });
  assert.deepEqual(rendered(bare, { profile: 'center' }).said, {
    event: 'screenshot.completed',
    screenshot_id: null,
    url: null,
    status: 'done',
    image_url: null,
    created_at: null,
  });
});

test('no body tells of keys in the storage, or of where else the event goes', () => {
  for (const type of eventTypes)
    for (const shape of shapes) {
      const webhookSealed = Buffer.from('sealed');
      const event = eventOf({ type, announcement: { webhookUrl: 'https://receiver.test/?token=1', webhookSealed } });
      assert.doesNotMatch(rendered(event, shape).body, /receiver\.test|token|sealed|"k"/);
    }
});
