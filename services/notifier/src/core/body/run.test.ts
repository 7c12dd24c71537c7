import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ArtefactSchema, BatchStatus, type Event, FindingsSchema, Format, type Instant, Source } from '@shotwire/contract';
import { eventTypes } from '../event-types.ts';
import { eventOf, ids, screenshotIn } from '../events.fixture.ts';
import { rendered } from '../rendered.fixture.ts';

const run = (event: Event) => rendered(event, { profile: 'run' }).body;
const dataIn = (event: Event) => JSON.parse(run(event)).data;

test('a completed screenshot is told field by field as the contract has it, in its order', () => {
  const expected = `{
    "event": "screenshot.completed",
    "data": {
      "id": "550e8400-e29b-41d4-a716-446655440000",
      "status": "completed",
      "url": "https://example.com",
      "options": {
        "width": 1280,
        "height": 800,
        "format": "png",
        "quality": 80,
        "full_page": false,
        "device": "desktop",
        "block_ads": false,
        "block_cookies": true,
        "dark_mode": false,
        "delay": 0,
        "timeout": 30,
        "retina": false
      },
      "file_size": 245760,
      "mime_type": "image/png",
      "width": 1280,
      "height": 800,
      "processing_time_ms": 3450,
      "image_url": "https://shots.example.com/api/v1/screenshots/550e8400-e29b-41d4-a716-446655440000/image",
      "created_at": "2026-03-09T10:30:00.000000Z",
      "completed_at": "2026-03-09T10:30:05.000000Z"
    },
    "sent_at": "2026-03-09T10:30:05.500000Z"
  }`;
  assert.equal(run(eventOf()), JSON.stringify(JSON.parse(expected)));
});

test('what its owner keeps with a screenshot comes back after what is always there, and the batch that it belongs to', () => {
  for (const type of ['screenshot.completed', 'screenshot.failed', 'screenshot.cancelled']) {
    const event = eventOf({ type });
    const always = Object.keys(dataIn(event));
    Object.assign(screenshotIn(event), { batchId: ids.batch, externalId: 'order 17', metadata: { a: 'b' } });
    const { batch_id, external_id, metadata, ...rest } = dataIn(event);
    assert.deepEqual([batch_id, external_id, metadata], [ids.batch, 'order 17', { a: 'b' }]);
    assert.deepEqual(Object.keys(rest), always);
  }
});

test('a batch that was taken back says so, and comes with its name', () => {
  const event = eventOf({ type: 'batch.completed' });
  Object.assign(event.batch ?? assert.fail(), { status: BatchStatus.CANCELLED, externalId: 'spring' });
  const { status, external_id } = dataIn(event);
  assert.deepEqual([status, external_id], ['cancelled', 'spring']);
});

test('a failed screenshot likewise', () => {
  const expected = `{
    "event": "screenshot.failed",
    "data": {
      "id": "550e8400-e29b-41d4-a716-446655440000",
      "status": "failed",
      "url": "https://example.com",
      "error": {
        "message": "Page load timed out after 30 seconds.",
        "code": "TIMEOUT"
      },
      "created_at": "2026-03-09T10:30:00.000000Z"
    },
    "sent_at": "2026-03-09T10:30:05.500000Z"
  }`;
  assert.equal(run(eventOf({ type: 'screenshot.failed' })), JSON.stringify(JSON.parse(expected)));
});

test('a cancelled one is told as a failed one is, without an error', () => {
  assert.deepEqual(JSON.parse(run(eventOf({ type: 'screenshot.cancelled' }))), {
    event: 'screenshot.cancelled',
    data: {
      id: ids.screenshot,
      status: 'cancelled',
      url: 'https://example.com',
      created_at: '2026-03-09T10:30:00.000000Z',
      ended_at: '2026-03-09T10:30:05.000000Z',
    },
    sent_at: '2026-03-09T10:30:05.500000Z',
  });
});

test('whatever the event is, there are event, data and sent_at', () => {
  for (const type of eventTypes) {
    const { said } = rendered(eventOf({ type }), { profile: 'run' });
    assert.deepEqual(Object.keys(said), ['event', 'data', 'sent_at']);
    assert.equal(said.event, type);
    assert.equal(typeof said.data.status, 'string');
  }
});

test('what is remarkable comes after what the contract has, and only then', () => {
  const event = eventOf();
  const plain = run(event);
  const own = `https://shots.example.com/api/v1/screenshots/${ids.screenshot}`;
  Object.assign(screenshotIn(event), { reportKey: 'k', findings: create(FindingsSchema, { title: 'A page', httpStatus: 200 }) });
  assert.equal(run(event), plain);
  Object.assign(screenshotIn(event), {
    findings: create(FindingsSchema, { blank: true }),
    artefacts: [
      create(ArtefactSchema, { name: 'pdf', key: 'secret', mimeType: 'application/pdf', fileSize: 7n }),
      create(ArtefactSchema, { name: 'slice-2', key: 'secret', mimeType: 'image/png', fileSize: 8n, width: 640, height: 400 }),
    ],
  });
  const data = dataIn(event);
  const { verdicts, artefacts, report_url, ...rest } = data;
  assert.deepEqual(rest, JSON.parse(plain).data);
  assert.deepEqual(Object.keys(data).slice(-3), ['verdicts', 'artefacts', 'report_url']);
  assert.deepEqual(verdicts, { blank: true, challenge: false, error_page: false, banner_removed: false, partial: false });
  assert.deepEqual(artefacts, [
    { name: 'pdf', mime_type: 'application/pdf', file_size: 7, url: `${own}/artefacts/pdf` },
    { name: 'slice-2', mime_type: 'image/png', file_size: 8, width: 640, height: 400, url: `${own}/artefacts/slice-2` },
  ]);
  assert.equal(report_url, `${own}/report`);
});

test('a page that came with the wish has a source and no url, and what is no picture no size', () => {
  const event = eventOf();
  Object.assign(screenshotIn(event), { url: '', source: Source.MARKDOWN });
  Object.assign(screenshotIn(event).image ?? {}, { mimeType: 'application/pdf', width: 0, height: 0 });
  const data = dataIn(event);
  assert.deepEqual([data.url, data.source, data.width, data.height], [null, 'markdown', null, null]);
});

test('microseconds of the screenshot are kept', () => {
  const createdAt = '2026-03-09T10:30:00.123456Z';
  assert.equal(dataIn(eventOf({ createdAt: createdAt as Instant })).created_at, createdAt);
});

test('options are told by their words', () => {
  const event = eventOf();
  Object.assign(screenshotIn(event).options ?? {}, { format: Format.WEBP });
  assert.equal(dataIn(event).options.format, 'webp');
});

test('an installation below a path shows it in image_url', () => {
  const { said } = rendered(eventOf(), { profile: 'run', publicUrl: new URL('https://example.com/shots/') });
  assert.equal(said.data.image_url, `https://example.com/shots/api/v1/screenshots/${ids.screenshot}/image`);
});
