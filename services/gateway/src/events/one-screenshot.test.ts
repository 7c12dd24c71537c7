import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ScreenshotStatus } from '@shotwire/contract';
import { openListening } from './events.fixture.ts';

const parsed = (data: string | undefined) => JSON.parse(data ?? '');

test('how far it is comes at once, its end when it is there, and then the stream ends', async () => {
  await using house = await openListening();
  const { id } = await house.make();
  const listener = await house.listen(`/screenshots/${id}/events`);
  const [first] = await listener.heard(1);
  assert.equal(first?.event, 'screenshot.pending');
  assert.equal(first?.id, undefined);
  assert.deepEqual(Object.keys(parsed(first?.data)), ['id', 'status', 'url', 'created_at']);
  await house.complete(id, Buffer.from('image'));
  await house.happen(['one'], { screenshot: { id } });
  await listener.ended();
  const [, end, ...more] = listener.events();
  assert.deepEqual([end?.event, end?.id, more], ['screenshot.completed', id, []]);
  assert.equal(parsed(end?.data).image_url, `https://shots.example/base/api/v1/screenshots/${id}/image`);
});

test('of one that has ended only the end comes; to who has heard that, nothing does', async () => {
  await using house = await openListening();
  const { id } = await house.make();
  Object.assign(house.intake.screenshots.get(id) ?? assert.fail(), { status: ScreenshotStatus.CANCELLED });
  const listener = await house.listen(`/screenshots/${id}/events`);
  await listener.ended();
  assert.deepEqual(
    listener.events().map(({ event }) => event),
    ['screenshot.cancelled'],
  );
  const again = await house.listen(`/screenshots/${id}/events`, { headers: { 'last-event-id': id } });
  assert.equal(again.answer.statusCode, 204);
});

test('one that is not there, and one of another account, are not found', async () => {
  await using house = await openListening();
  const { id } = await house.make();
  for (const [path, key] of [
    ['/screenshots/00000000-0000-4000-8000-00000000dead/events', 'key-one'],
    [`/screenshots/${id}/events`, 'key-two'],
  ] as const)
    assert.equal((await house.listen(path, { key })).answer.statusCode, 404);
});
