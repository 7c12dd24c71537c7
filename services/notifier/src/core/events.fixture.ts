import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AnnouncementSchema,
  type Event,
  EventSchema,
  Format,
  type Instant,
  instantToTimestamp,
  type Screenshot,
  ScreenshotStatus,
} from '@shotwire/contract';

/** The ids of the examples. */
export const ids = {
  screenshot: '550e8400-e29b-41d4-a716-446655440000',
  batch: '0f8fad5b-d9cb-469f-a165-70867728950e',
  app: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
};

interface Told {
  type?: string;
  createdAt?: Instant;
  announcement?: MessageInitShape<typeof AnnouncementSchema>;
}

const instant = (text: string) => instantToTimestamp(text as Instant);
const endedAt = instant('2026-03-09T10:30:05.000000Z');

/** An event with the values of the examples in docs/webhooks.md. */
export function eventOf({ type = 'screenshot.completed', createdAt, announcement }: Told = {}): Event {
  const lifetime = { createdAt: instant(createdAt ?? '2026-03-09T10:30:00.000000Z'), endedAt };
  const parts = {
    ...lifetime,
    accountId: 'acme',
    ...(announcement && { announcement: create(AnnouncementSchema, announcement) }),
  };
  const failed = type.endsWith('.failed');
  return create(EventSchema, {
    id: 'c56a4180-65aa-42ec-a945-5fd21dec0538',
    type,
    accountId: 'acme',
    occurredAt: endedAt,
    ...(/^(screenshot|app\.upload)\./.test(type) && { screenshot: { ...screenshotOf(type), ...parts } }),
    ...(type.startsWith('batch.') && {
      batch: { id: ids.batch, total: 10, completed: failed ? 0 : 8, failed: failed ? 9 : 1, cancelled: 1, ...parts },
    }),
    ...(type.startsWith('app.upload.') && { delivery: uploadOf(failed) }),
    ...(type.startsWith('delivery.') && { delivery: deliveryOf(type) }),
    ...(type === 'app.disabled' && { app: { id: ids.app, description: 'Orders', reason: 'gone' } }),
  });
}

function screenshotOf(type: string) {
  const options = {
    width: 1280,
    height: 800,
    format: Format.PNG,
    quality: 80,
    fullPage: false,
    device: 'desktop',
    blockAds: false,
    blockCookies: true,
    darkMode: false,
    delay: 0,
    timeout: 30,
    retina: false,
  };
  const wish = { id: ids.screenshot, url: 'https://example.com', options };
  const image = { key: 'k', mimeType: 'image/png', fileSize: 245760n, width: 1280, height: 800, processingTimeMs: 3450n };
  if (type === 'screenshot.cancelled') return { ...wish, status: ScreenshotStatus.CANCELLED };
  if (type === 'screenshot.failed') {
    const problem = { code: 'TIMEOUT', message: 'Page load timed out after 30 seconds.' };
    return { ...wish, status: ScreenshotStatus.FAILED, problem };
  }
  return { ...wish, status: ScreenshotStatus.COMPLETED, image };
}

function uploadOf(failed: boolean) {
  const objectKey = `archive/example.com/${ids.screenshot}.png`;
  const fact = {
    id: 'msg_9b2e1f6c0d4a4f7e8c3b5a6d7e8f9012',
    eventType: 'screenshot.completed',
    subjectId: ids.screenshot,
    appId: ids.app,
    objectKey,
  };
  return { ...fact, ...(failed ? { attempts: 10, lastError: 'status', lastStatus: 403 } : { attempts: 1, lastStatus: 200 }) };
}

function deliveryOf(type: string) {
  const fact = { id: 'msg_4f1d2c3b4a594867b5a4c3d2e1f00112', eventType: 'screenshot.completed', subjectId: ids.screenshot, appId: ids.app };
  if (type === 'delivery.recovered') return { ...fact, attempts: 5, lastStatus: 200 };
  return { ...fact, attempts: type === 'delivery.failing' ? 4 : 10, lastError: 'status', lastStatus: 502 };
}

/** The screenshot that an event is about. */
export function screenshotIn({ screenshot }: Event): Screenshot {
  if (!screenshot) throw new Error('the event is not about a screenshot');
  return screenshot;
}
