import { appData, type Batch, deliveryData, type Event, momentInSeconds, type Screenshot, uploadData } from '@shotwire/contract';
import type { Told } from './told.ts';

/** The two sets of words. */
export type CenterDialect = 'done' | 'finished';

type Center = Pick<Told, 'event' | 'imageLink'> & { dialect: CenterDialect };

/** The body of the profile center: flat, and in the words of its dialect. */
export function centerBody(told: Center) {
  return { event: centerEventName(told.event.type, told.dialect), ...partsOf(told) };
}

/** The type of an event in the words of a dialect. */
export function centerEventName(type: string, dialect: CenterDialect): string {
  return dialect === 'finished' ? type.replace(/^(screenshot|batch)\.completed$/, '$1.finished') : type;
}

function partsOf(told: Center): object {
  const { type, screenshot, batch, delivery, app, occurredAt } = told.event;
  const created_at = momentInSeconds(occurredAt);
  if (type.startsWith('app.upload.')) return uploadParts(told);
  if (type.startsWith('delivery.')) return { ...(delivery && deliveryParts(told, delivery)), created_at };
  if (type.startsWith('app.')) return { ...(app && appData(app)), created_at };
  if (type.startsWith('batch.')) return batchParts(told, batch);
  return screenshotParts(told, screenshot);
}

function screenshotParts({ event, dialect, imageLink }: Center, screenshot: Screenshot | undefined) {
  const { id, url, image, problem, createdAt } = screenshot ?? {};
  const of = { accountId: event.accountId, screenshotId: id ?? '', mimeType: image?.mimeType ?? '' };
  return {
    screenshot_id: id || null,
    url: url || null,
    status: statusOf(event, dialect),
    image_url: image && id ? imageLink(of) : null,
    ...(problem && { error: problem.message, error_code: problem.code }),
    created_at: momentInSeconds(createdAt),
    ...(dialect === 'finished' && image && { width: image.width || null, height: image.height || null }),
  };
}

function batchParts({ event, dialect }: Center, batch: Batch | undefined) {
  const { id, total = null, completed = null, failed = null, cancelled = null, createdAt } = batch ?? {};
  const status = statusOf(event, dialect);
  return { batch_id: id || null, status, total, completed, failed, cancelled, created_at: momentInSeconds(createdAt) };
}

function uploadParts({ event, dialect }: Center) {
  const { delivery_id, screenshot_id, url, app_id, object_key, attempts, error } = uploadData(event);
  const status = statusOf(event, dialect);
  const created_at = momentInSeconds(event.screenshot?.createdAt);
  return { screenshot_id, url, status, app_id, object_key, delivery_id, attempts, ...flat(error), created_at };
}

function deliveryParts({ event, dialect }: Center, delivery: NonNullable<Event['delivery']>) {
  const { error, event_type, ...parts } = deliveryData(event, delivery);
  return { ...parts, event_type: centerEventName(event_type, dialect), ...flat(error) };
}

function flat(error: { code: string | null; http_status: number | null } | undefined) {
  return error && { error_code: error.code, http_status: error.http_status };
}

/** Of what is not a success, only what was cancelled is no error. */
function statusOf({ type }: Event, dialect: CenterDialect): string {
  if (type.endsWith('.cancelled')) return 'cancelled';
  return type.endsWith('.failed') ? 'error' : dialect;
}
