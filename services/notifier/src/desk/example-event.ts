import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  type DeliveryFactSchema,
  type Event,
  EventSchema,
  type Instant,
  instantToTimestamp,
  OptionsSchema,
  type ScreenshotSchema,
  ScreenshotStatus,
  Source,
  withRules,
} from '@shotwire/contract';
import type { EventType } from '../core/event-types.ts';

interface Wish {
  id: string;
  type: EventType;
  accountId: string;
  /** The app that is told. */
  appId: string;
  at: Instant;
}

const subjectId = '00000000-0000-4000-8000-000000000000';
const otherApp = '00000000-0000-4000-8000-000000000001';

/** An event of a type that never happened, with every part that such an event has. */
export function exampleEvent({ id, type, accountId, appId, at }: Wish): Event {
  const moment = instantToTimestamp(at);
  const life = { id: subjectId, accountId, createdAt: moment, endedAt: moment };
  return create(EventSchema, {
    id,
    type,
    accountId,
    occurredAt: moment,
    ...(/^(screenshot|app\.upload)\./.test(type) && { screenshot: { ...life, startedAt: moment, ...screenshotOf(type) } }),
    ...(type === 'batch.completed' && { batch: { ...life, total: 3, completed: 2, failed: 1 } }),
    ...(type === 'batch.failed' && { batch: { ...life, total: 3, failed: 3 } }),
    ...(/^(app\.upload|delivery)\./.test(type) && { delivery: factOf(type, appId) }),
    // An app is never told of itself.
    ...(type === 'app.disabled' && { app: { id: otherApp, description: 'Another app', reason: 'gone' } }),
  });
}

function screenshotOf(type: EventType): MessageInitShape<typeof ScreenshotSchema> {
  const wish = {
    url: 'https://example.com/',
    source: Source.URL,
    options: withRules(OptionsSchema, create(OptionsSchema)).message,
    tags: ['example'],
  };
  if (type === 'screenshot.cancelled') return { ...wish, status: ScreenshotStatus.CANCELLED };
  if (type === 'screenshot.failed')
    return { ...wish, status: ScreenshotStatus.FAILED, problem: { code: 'TIMEOUT', message: 'The page took too long.' } };
  const image = { key: 'example.png', mimeType: 'image/png', fileSize: 245_760n, width: 1280, height: 800, processingTimeMs: 3_450n };
  return { ...wish, status: ScreenshotStatus.COMPLETED, image };
}

function factOf(type: EventType, appId: string): MessageInitShape<typeof DeliveryFactSchema> {
  const fact = { id: 'msg_00000000000040008000000000000000', eventType: 'screenshot.completed', subjectId, appId };
  if (type === 'app.upload.finished') return { ...fact, attempts: 1, lastStatus: 200, objectKey: 'example.com/example.png' };
  if (type === 'app.upload.failed')
    return { ...fact, attempts: 10, lastStatus: 403, lastError: 'status', objectKey: 'example.com/example.png' };
  if (type === 'delivery.recovered') return { ...fact, attempts: 5, lastStatus: 200 };
  return { ...fact, attempts: type === 'delivery.failing' ? 4 : 10, lastStatus: 502, lastError: 'status' };
}
