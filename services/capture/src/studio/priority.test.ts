import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@shotwire/testing';
import { openStores, wish } from '../capture.fixture.ts';
import type { Camera, Capture } from './camera.ts';
import { openTestStudio, picture, reaches } from './studio.fixture.ts';

/** A camera whose captures last until they are let go. */
function openHeldCamera() {
  const inHand = new Map<string, () => void>();
  const order: string[] = [];
  const camera: Camera = {
    shoot: ({ id }, signal) => {
      order.push(id);
      const { promise, resolve, reject } = Promise.withResolvers<Capture>();
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      inHand.set(id, () => resolve(picture));
      return promise.finally(() => inHand.delete(id));
    },
  };
  return { camera, inHand, order };
}

test('batch work leaves a slot free, which one that someone waits for finds at once', async () => {
  await using stores = await openStores();
  const { camera, inHand } = openHeldCamera();
  for (let n = 0; n < 10; n += 1) await wish(stores, { priority: 'batch' });
  const studio = openTestStudio(stores, camera, { slots: 3 });
  await eventually(() => inHand.size === 2);
  const id = await wish(stores);
  studio.wake();
  await eventually(() => inHand.has(id));
  assert.equal(inHand.size, 3);
  inHand.get(id)?.();
  await reaches(stores, id, 'completed');
  assert.equal(inHand.size, 2);
  for (const letGo of inHand.values()) letGo();
  await eventually(() => inHand.size === 2);
  const closed = studio[Symbol.asyncDispose]();
  for (const letGo of inHand.values()) letGo();
  await closed;
});

test('while someone waits batch work begins in one slot only, and goes on in all but one after that', async () => {
  await using stores = await openStores();
  const { camera, inHand, order } = openHeldCamera();
  const batches: string[] = [];
  for (let n = 0; n < 10; n += 1) batches.push(await wish(stores, { priority: 'batch' }));
  const studio = openTestStudio(stores, camera, { slots: 4 });
  await eventually(() => inHand.size === 3);
  const id = await wish(stores);
  studio.wake();
  await eventually(() => inHand.has(id));
  for (const batch of [...inHand.keys()].filter((one) => one !== id)) {
    inHand.get(batch)?.();
    await reaches(stores, batch, 'completed');
  }
  await eventually(() => inHand.size === 2);
  assert.equal(order.length, 5);
  inHand.get(id)?.();
  await eventually(() => inHand.size === 3);
  const closed = studio[Symbol.asyncDispose]();
  for (const letGo of inHand.values()) letGo();
  await closed;
});

test('a single slot does batch work too, after what someone waits for', async () => {
  await using stores = await openStores();
  const { camera, inHand, order } = openHeldCamera();
  const batch = await wish(stores, { priority: 'batch' });
  const interactive = await wish(stores);
  await using _studio = openTestStudio(stores, camera, { slots: 1 });
  await eventually(() => inHand.size === 1);
  inHand.get(interactive)?.();
  await eventually(() => inHand.has(batch));
  inHand.get(batch)?.();
  await reaches(stores, batch, 'completed');
  assert.deepEqual(order, [interactive, batch]);
});
