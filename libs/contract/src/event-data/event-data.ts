import { type Batch, BatchStatusSchema } from '../gen/shotwire/capture/v1/batch_pb.ts';
import type { Event } from '../gen/shotwire/events/v1/event_pb.ts';
import { wordsOf } from '../rules.ts';
import { moment } from './moment.ts';
import { appData, deliveryData, uploadData } from './post-data.ts';
import { screenshotData } from './screenshot-data.ts';

/**
 * What is said of an event, in webhooks under `data` as in the stream of events; null when the event lacks what it is about.
 * `publicUrl` is where clients reach this installation.
 */
export function eventData({ event, publicUrl }: { event: Event; publicUrl: URL }) {
  const { type, screenshot, batch, delivery, app } = event;
  if (type.startsWith('app.upload.')) return uploadData(event);
  if (type.startsWith('delivery.')) return delivery ? deliveryData(event, delivery) : null;
  if (type.startsWith('app.')) return app ? appData(app) : null;
  if (type.startsWith('batch.')) return batch ? batchData(batch, type.endsWith('.failed')) : null;
  return screenshot ? screenshotData(screenshot, publicUrl) : null;
}

function batchData(batch: Batch, isFailed: boolean) {
  const { id, total, completed, failed, cancelled, createdAt, endedAt, externalId } = batch;
  // One that was taken back is told of by the same events.
  const status = wordsOf(BatchStatusSchema).get(batch.status) ?? (isFailed ? 'failed' : 'completed');
  const counts = { total, completed, failed, cancelled };
  const moments = { created_at: moment(createdAt), ended_at: moment(endedAt) };
  return { id, status, ...counts, ...moments, ...(externalId !== '' && { external_id: externalId }) };
}
