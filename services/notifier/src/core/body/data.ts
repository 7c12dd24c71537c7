import { type Batch, BatchStatusSchema, wordsOf } from '@shotwire/contract';
import { moment } from './moment.ts';
import { appData, deliveryData, uploadData } from './post-data.ts';
import { screenshotData } from './screenshot-data.ts';
import type { Told } from './told.ts';

/** What is said of an event under `data`; null when the event lacks what it is about. */
export function dataOf({ event, publicUrl }: Pick<Told, 'event' | 'publicUrl'>) {
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
