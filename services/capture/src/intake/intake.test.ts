import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { create, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import {
  AnnouncementSchema,
  Cache,
  type CreateScreenshotRequestSchema,
  Method,
  Priority,
  ScreenshotSchema,
  ScreenshotStatus,
  Source,
} from '@shotwire/contract';
import { Failure } from '@shotwire/failures';
import { acme, openIntake } from './intake.fixture.ts';

const wish = () => ({ id: randomUUID(), url: 'https://example.com/' });
const failsWith = (kind: string) => (thrown: unknown) => thrown instanceof Failure && thrown.kind === kind;

test('a wish is committed with its exact options and can be read at once', async () => {
  await using parts = await openIntake();
  const asked = wish();
  const { screenshot } = await parts.client.createScreenshot({ ...asked, options: { width: 640 } }, acme);
  assert.equal(screenshot?.id, asked.id);
  assert.equal(screenshot.status, ScreenshotStatus.PENDING);
  assert.equal(screenshot.options?.width, 640);
  assert.equal(screenshot.options.height, 800);
  assert.equal(parts.committed(), 1);
  assert.deepEqual((await parts.client.getScreenshot({ id: asked.id }, acme)).screenshot, screenshot);
});

test('a call that is repeated is the same wish; an id of another account is taken', async () => {
  await using parts = await openIntake();
  const asked = wish();
  const first = await parts.client.createScreenshot(asked, acme);
  assert.deepEqual(await parts.client.createScreenshot(asked, acme), first);
  assert.equal((await parts.client.listScreenshots({ limit: 10 }, acme)).screenshots.length, 1);
  await assert.rejects(parts.client.createScreenshot(asked, { context: { account: 'other' } }), failsWith('validation_error'));
});

test('who is told and what it is sorted by are kept as they were sent', async () => {
  await using parts = await openIntake();
  const announcement = {
    webhookUrl: 'https://example.com/hook',
    webhookEvents: ['screenshot.cancelled'],
    webhookSealed: Buffer.of(1, 0, 255),
    apps: { [randomUUID()]: 'archive/{id}.png', [randomUUID()]: '' },
  };
  const asked = { ...wish(), announcement, tags: ['spring', 'a "b", {c}'] };
  const { screenshot } = await parts.client.createScreenshot(asked, acme);
  assert.deepEqual(screenshot?.announcement, create(AnnouncementSchema, announcement));
  assert.deepEqual(screenshot?.tags, asked.tags);
  assert.deepEqual((await parts.client.getScreenshot({ id: asked.id }, acme)).screenshot, screenshot);
  const silent = await parts.client.createScreenshot({ ...wish(), announcement: {} }, acme);
  assert.equal(silent.screenshot?.announcement, undefined);
});

test('what is out of range is refused, and nothing is kept', async () => {
  await using parts = await openIntake();
  await assert.rejects(parts.client.createScreenshot({ ...wish(), options: { width: 1 } }, acme), failsWith('validation_error'));
  assert.deepEqual((await parts.client.listScreenshots({ limit: 10 }, acme)).screenshots, []);
});

test('what a wish has beside its options is checked as well, and the page that came with it is not shown', async () => {
  await using parts = await openIntake();
  const id = () => randomUUID();
  const refused: MessageInitShape<typeof CreateScreenshotRequestSchema>[] = [
    { id: id() },
    { id: id(), url: 'https://example.com/', html: '<p>' },
    { id: id(), html: '<p>', markdown: '#' },
    { id: id(), html: '<p>', cacheTtl: -1 },
    { id: id(), html: '<p>', tags: ['a\nb'] },
    { id: id(), html: '<p>', announcement: { webhookEvents: ['screenshot.completed.x'] } },
    { id: id(), html: '<p>', announcement: { webhookSealed: new Uint8Array(129 * 1024) } },
    { id: id(), html: '<p>', options: { steps: [{ action: 1 }] } },
    { id: id(), html: '<p>', options: { css: '頁'.repeat(100_000), js: '頁'.repeat(100_000) } },
  ];
  for (const request of refused) await assert.rejects(parts.client.createScreenshot(request, acme), failsWith('validation_error'));
  const { screenshot } = await parts.client.createScreenshot({ id: id(), html: '<p>a page', priority: Priority.BATCH }, acme);
  assert.deepEqual([screenshot?.url, screenshot?.source, screenshot?.priority], ['', Source.HTML, Priority.BATCH]);
  assert.ok(!JSON.stringify(toJson(ScreenshotSchema, screenshot ?? assert.fail())).includes('a page'));
});

test('a page of 2 MiB arrives', async () => {
  await using parts = await openIntake();
  const { screenshot } = await parts.client.createScreenshot({ id: randomUUID(), html: 'x'.repeat(2 * 1024 * 1024) }, acme);
  assert.equal(screenshot?.status, ScreenshotStatus.PENDING);
});

test('secrets are not shown again, not even while the screenshot waits', async () => {
  await using parts = await openIntake();
  const options = {
    headers: { 'x-a': 'hunter2' },
    cookies: [{ name: 'a', value: 'hunter2' }],
    basicAuth: { username: 'u', password: 'hunter2' },
    body: 'hunter2',
    method: Method.POST,
    proxy: 'http://u:hunter2@example.com:3128',
  };
  const { screenshot } = await parts.client.createScreenshot({ ...wish(), options }, acme);
  const { screenshots } = await parts.client.listScreenshots({ limit: 10 }, acme);
  for (const shown of [screenshot, ...screenshots]) {
    assert.ok(shown && !JSON.stringify(toJson(ScreenshotSchema, shown)).includes('hunter2'));
    assert.equal(shown.options?.method, Method.POST);
  }
});

test('an equal wish shares what is there, and a call that is repeated shares nothing with itself', async () => {
  await using parts = await openIntake();
  const asked = { ...wish(), dedupe: true };
  const first = await parts.client.createScreenshot(asked, acme);
  assert.equal(first.screenshot?.cache, Cache.MISS);
  assert.deepEqual(await parts.client.createScreenshot(asked, acme), first);
  const second = await parts.client.createScreenshot({ ...asked, id: randomUUID(), cacheTtl: 60 }, acme);
  assert.deepEqual([second.screenshot?.cache, second.screenshot?.status], [Cache.HIT, ScreenshotStatus.PENDING]);
});

test('a full queue refuses, and says when to come again', async () => {
  await using parts = await openIntake({ queueLimit: 2 });
  await parts.client.createScreenshot(wish(), acme);
  await parts.client.createScreenshot(wish(), acme);
  await assert.rejects(parts.client.createScreenshot(wish(), acme), (thrown) => {
    assert.ok(thrown instanceof Failure);
    assert.deepEqual([thrown.kind, thrown.retryAfterS], ['queue_full', 10]);
    return true;
  });
});

test('an account sees its own screenshots and no others', async () => {
  await using parts = await openIntake();
  const asked = wish();
  await parts.client.createScreenshot(asked, acme);
  const other = { context: { account: 'other' } };
  await assert.rejects(parts.client.getScreenshot({ id: asked.id }, other), failsWith('not_found'));
  await assert.rejects(parts.client.deleteScreenshot({ id: asked.id }, other), failsWith('not_found'));
  assert.deepEqual((await parts.client.listScreenshots({ limit: 10 }, other)).screenshots, []);
  await assert.rejects(parts.client.getScreenshot({ id: asked.id }, {}), failsWith('invalid_api_key'));
});

test('what is no id names nothing', async () => {
  await using parts = await openIntake();
  for (const id of ['', 'x', "'; drop table screenshots --", `${randomUUID()}0`]) {
    await assert.rejects(parts.client.getScreenshot({ id }, acme), failsWith('not_found'));
  }
});

test('the list walks every screenshot once, newest first, whatever the page size', async () => {
  await using parts = await openIntake();
  const ids: string[] = [];
  for (let n = 0; n < 7; n += 1) {
    const asked = wish();
    ids.unshift(asked.id);
    await parts.client.createScreenshot(asked, acme);
  }
  const walked: string[] = [];
  let page = await parts.client.listScreenshots({ limit: 3 }, acme);
  for (;;) {
    walked.push(...page.screenshots.map(({ id }) => id));
    if (!page.next) break;
    page = await parts.client.listScreenshots({ limit: 3, after: page.next }, acme);
  }
  assert.deepEqual(walked, ids);
  assert.deepEqual((await parts.client.listScreenshots({ limit: 10, status: ScreenshotStatus.COMPLETED }, acme)).screenshots, []);
});

test('a deleted screenshot is gone for its account', async () => {
  await using parts = await openIntake();
  const asked = wish();
  await parts.client.createScreenshot(asked, acme);
  await parts.client.deleteScreenshot({ id: asked.id }, acme);
  await assert.rejects(parts.client.getScreenshot({ id: asked.id }, acme), failsWith('not_found'));
  await assert.rejects(parts.client.deleteScreenshot({ id: asked.id }, acme), failsWith('not_found'));
});
