import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { ArtefactSchema, EventSchema, FindingsSchema, Format, type Instant, Source } from '@shotwire/contract';
import { eventOf } from '../notifier.fixture.ts';
import { renderBody } from './body.ts';

const sentAt = '2026-03-09T10:30:05.500000Z' as Instant;
const id = '550e8400-e29b-41d4-a716-446655440000';
const publicUrl = new URL('https://shots.example.com');

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
  assert.equal(renderBody({ event: eventOf({ id }), sentAt, publicUrl }), JSON.stringify(JSON.parse(expected)));
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
  assert.equal(renderBody({ event: eventOf({ id, type: 'screenshot.failed' }), sentAt, publicUrl }), JSON.stringify(JSON.parse(expected)));
});

test('what is remarkable comes after what the contract has, and only then', () => {
  const event = eventOf({ id });
  const plain = renderBody({ event, sentAt, publicUrl });
  const own = `https://shots.example.com/api/v1/screenshots/${id}`;
  Object.assign(event.screenshot ?? {}, { reportKey: 'k', findings: create(FindingsSchema, { title: 'A page', httpStatus: 200 }) });
  assert.equal(renderBody({ event, sentAt, publicUrl }), plain);
  Object.assign(event.screenshot ?? {}, {
    findings: create(FindingsSchema, { blank: true }),
    artefacts: [
      create(ArtefactSchema, { name: 'pdf', key: 'secret', mimeType: 'application/pdf', fileSize: 7n }),
      create(ArtefactSchema, { name: 'slice-2', key: 'secret', mimeType: 'image/png', fileSize: 8n, width: 640, height: 400 }),
    ],
  });
  const { data } = JSON.parse(renderBody({ event, sentAt, publicUrl }));
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
  const event = eventOf({ id });
  Object.assign(event.screenshot ?? {}, { url: '', source: Source.MARKDOWN });
  Object.assign(event.screenshot?.image ?? {}, { mimeType: 'application/pdf', width: 0, height: 0 });
  const { data } = JSON.parse(renderBody({ event, sentAt, publicUrl }));
  assert.deepEqual([data.url, data.source, data.width, data.height], [null, 'markdown', null, null]);
});

test('microseconds of the screenshot are kept', () => {
  const event = eventOf({ createdAt: '2026-03-09T10:30:00.123456Z' as Instant });
  assert.equal(JSON.parse(renderBody({ event, sentAt, publicUrl })).data.created_at, '2026-03-09T10:30:00.123456Z');
});

test('options are told by their words', () => {
  const event = eventOf();
  if (event.screenshot?.options) event.screenshot.options.format = Format.WEBP;
  assert.equal(JSON.parse(renderBody({ event, sentAt, publicUrl })).data.options.format, 'webp');
});

test('an installation below a path shows it in image_url', () => {
  const body = renderBody({ event: eventOf({ id }), sentAt, publicUrl: new URL('https://example.com/shots/') });
  assert.equal(JSON.parse(body).data.image_url, `https://example.com/shots/api/v1/screenshots/${id}/image`);
});

test('whatever an event lacks, there is a body, and it begins with a brace', () => {
  for (const event of [create(EventSchema), create(EventSchema, { type: 'screenshot.completed', screenshot: { id } })])
    assert.match(renderBody({ event, sentAt, publicUrl }), /^\{"event":/);
});
