import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '@shotwire/contract';
import { eventTypes } from '../event-types.ts';
import { eventOf, ids, screenshotIn } from '../events.fixture.ts';
import { rendered } from '../rendered.fixture.ts';
import { centerEventName } from './center.ts';

const done = (type: string) => rendered(eventOf({ type }), { profile: 'center', dialect: 'done' });
const finished = (type: string) => rendered(eventOf({ type }), { profile: 'center', dialect: 'finished' });
const link = `https://shots.example.com/images/acme/${ids.screenshot}.png?expires=1773657005&signature=c2lnbmF0dXJl`;

test('a completed screenshot is told flat, by the fields of the model', () => {
  assert.deepEqual(done('screenshot.completed').said, {
    event: 'screenshot.completed',
    screenshot_id: ids.screenshot,
    url: 'https://example.com',
    status: 'done',
    image_url: link,
    created_at: '2026-03-09T10:30:00Z',
  });
});

test('the dialect finished has words of its own, and the size', () => {
  assert.deepEqual(finished('screenshot.completed').said, {
    event: 'screenshot.finished',
    screenshot_id: ids.screenshot,
    url: 'https://example.com',
    status: 'finished',
    image_url: link,
    created_at: '2026-03-09T10:30:00Z',
    width: 1280,
    height: 800,
  });
  assert.deepEqual([finished('batch.completed').said.event, finished('batch.completed').said.status], ['batch.finished', 'finished']);
});

test('a failed one has the status error and says which', () => {
  for (const { said } of [done('screenshot.failed'), finished('screenshot.failed')])
    assert.deepEqual(said, {
      event: 'screenshot.failed',
      screenshot_id: ids.screenshot,
      url: 'https://example.com',
      status: 'error',
      image_url: null,
      error: 'Page load timed out after 30 seconds.',
      error_code: 'TIMEOUT',
      created_at: '2026-03-09T10:30:00Z',
    });
});

test('no body of it has anything within anything', () => {
  for (const type of eventTypes)
    for (const { said } of [done(type), finished(type)])
      for (const [name, value] of Object.entries(said)) assert.ok(value === null || typeof value !== 'object', `${type} ${name}`);
});

test('each body begins with its event and has a status and a time', () => {
  for (const type of eventTypes)
    for (const { body, said } of [done(type), finished(type)]) {
      assert.ok(body.startsWith(`{"event":"${said.event}",`));
      assert.equal(typeof said.status, 'string');
      assert.match(said.created_at, /^2026-03-09T10:30:0[05]Z$/);
    }
});

test('fractions of a second are cut off', () => {
  const event = eventOf({ createdAt: '2026-03-09T10:30:00.999999Z' as Instant });
  assert.equal(rendered(event, { profile: 'center' }).said.created_at, '2026-03-09T10:30:00Z');
});

test('what is no picture has a link and no size', () => {
  const event = eventOf();
  Object.assign(screenshotIn(event).image ?? {}, { mimeType: 'application/pdf', width: 0, height: 0 });
  const { said } = rendered(event, { profile: 'center', dialect: 'finished' });
  assert.match(said.image_url, /\.pdf\?/);
  assert.deepEqual([said.width, said.height], [null, null]);
});

test('only what completed has another name in the dialect finished', () => {
  assert.deepEqual(
    eventTypes.filter((type) => centerEventName(type, 'finished') !== type),
    ['screenshot.completed', 'batch.completed'],
  );
  for (const type of eventTypes) assert.equal(centerEventName(type, 'done'), type);
  assert.equal(finished('delivery.failing').said.event_type, 'screenshot.finished');
});
