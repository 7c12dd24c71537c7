import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { Method, ScreenshotStatus, Source } from '@shotwire/contract';
import { claimSome, completeSome, eventsIn, failSome, failsWith, type House } from './batches.fixture.ts';
import { acme, openIntake } from './intake.fixture.ts';

const url = 'https://example.com/';

async function make({ client }: House, wish: object = { url }) {
  const { screenshot } = await client.createScreenshot({ id: randomUUID(), ...wish }, acme);
  return screenshot ?? assert.fail();
}
const again = async ({ client }: House, { id }: { id: string }, newId: string = randomUUID()) =>
  (await client.retryScreenshot({ id, newId }, acme)).screenshot ?? assert.fail();

test('a screenshot is cancelled while it waits and while it is in hand, and told of once', async () => {
  await using house = await openIntake();
  const [waiting, inHand] = [await make(house), await make(house)];
  const [first] = await claimSome(house);
  assert.equal(first?.id, waiting.id);
  for (const { id } of [waiting, inHand]) {
    const { screenshot } = await house.client.cancelScreenshot({ id }, acme);
    assert.deepEqual([screenshot?.id, screenshot?.status], [id, ScreenshotStatus.CANCELLED]);
    await assert.rejects(house.client.cancelScreenshot({ id }, acme), failsWith('already_ended'));
  }
  assert.equal(await first?.complete(), false);
  assert.deepEqual(
    (await eventsIn(house)).map(({ type }) => type),
    ['screenshot.cancelled', 'screenshot.cancelled'],
  );
  assert.deepEqual(await claimSome(house, 5), []);
  await assert.rejects(house.client.cancelScreenshot({ id: randomUUID() }, acme), failsWith('not_found'));
  await assert.rejects(house.client.cancelScreenshot({ id: waiting.id }, { context: { account: 'other' } }), failsWith('not_found'));
});

test('who cancels and who completes at once: one of them, and one event', async () => {
  await using house = await openIntake();
  for (let round = 0; round < 20; round++) {
    const { id } = await make(house);
    const [shot] = await claimSome(house);
    const [cancelled, completed] = await Promise.allSettled([house.client.cancelScreenshot({ id }, acme), shot?.complete()]);
    const won = completed.status === 'fulfilled' && completed.value === true;
    assert.equal(cancelled.status === 'fulfilled', !won);
    assert.equal((await eventsIn(house)).filter(({ screenshot }) => screenshot?.id === id).length, 1);
  }
});

test('one that failed or was cancelled is made once more, with all that was said of it', async () => {
  await using house = await openIntake();
  const wish = {
    url,
    options: { width: 375, clip: { x: 0.5, y: 1, width: 10.25, height: 3 }, css: 'ä "漢" \\', hide: ['.b', '.a'], timeout: 17 },
    announcement: { webhookUrl: 'https://example.com/hook', webhookSealed: Buffer.of(0, 255) },
    tags: ['t'],
    externalId: 'x',
    metadata: { k: 'v' },
    expiresIn: 120,
  };
  const first = await make(house, wish);
  await assert.rejects(again(house, first), failsWith('not_ended'));
  await failSome(house, 1);
  const newId = randomUUID();
  const second = await again(house, first, newId);
  assert.deepEqual([second.retryOf, second.status, second.id], [first.id, ScreenshotStatus.PENDING, newId]);
  for (const field of ['url', 'options', 'announcement', 'tags', 'externalId', 'metadata', 'priority'] as const)
    assert.deepEqual(second[field], first[field], field);
  assert.deepEqual(await again(house, first, newId), second, 'a call that is repeated is the same screenshot');
  await house.client.cancelScreenshot({ id: newId }, acme);
  const third = await again(house, second);
  await completeSome(house, 1);
  await assert.rejects(again(house, third), failsWith('already_ended'));
  const { screenshot } = await house.client.getScreenshot({ id: third.id }, acme);
  const { seconds = 0n } = screenshot?.image?.expiresAt ?? {};
  assert.ok(Math.abs(Number(seconds - (screenshot?.endedAt?.seconds ?? 0n)) - 120) <= 1, 'it is kept for as long');
});

test('what had secrets, or came as a page, cannot be made once more without them', async () => {
  await using house = await openIntake();
  const secrets = [
    { headers: { a: '1' } },
    { cookies: [{ name: 'a', value: '1' }] },
    { basicAuth: { username: 'u', password: '' } },
    { method: Method.POST, body: 'x' },
    { proxy: 'http://u:p@example.com:3128' },
  ];
  const wishes = [...secrets.map((options) => ({ url, options })), { html: '<p>' }, { markdown: '#' }];
  for (const wish of wishes) {
    const made = await make(house, wish);
    await failSome(house, 1);
    await assert.rejects(again(house, made), failsWith('wish_gone'), JSON.stringify(wish));
  }
  const { screenshots } = await house.client.listScreenshots({ limit: 100 }, acme);
  assert.equal(screenshots.length, wishes.length);
  assert.ok(screenshots.some(({ source }) => source === Source.MARKDOWN));
});

test('what is not there, or is another’s, or has an id that is taken, is not made once more', async () => {
  await using house = await openIntake();
  const [first, other] = [await make(house), await make(house)];
  await failSome(house, 2);
  await assert.rejects(again(house, { id: randomUUID() }), failsWith('not_found'));
  await assert.rejects(again(house, first, other.id), failsWith('validation_error', ['new_id']));
  await assert.rejects(
    house.client.retryScreenshot({ id: first.id, newId: randomUUID() }, { context: { account: 'other' } }),
    failsWith('not_found'),
  );
  await house.client.deleteScreenshot({ id: first.id }, acme);
  await assert.rejects(again(house, first), failsWith('not_found'));
});
