import { component, flag, instant, listOf, oneOf, orNull, shape, text, uuid, whole } from '../openapi/json-schema.ts';
import { progress } from '../screenshots/answer-schema.ts';

const always = {
  id: { ...text, description: 'The webhook-id that every attempt carries.' },
  app_id: { ...orNull(uuid), description: 'Null for a webhook_url.' },
  event: { ...text, description: 'The type of the event.' },
  event_id: uuid,
  subject_id: { ...orNull(uuid), description: 'The screenshot or batch it is about.' },
  ...progress,
  target: { ...text, description: 'Where it went last or will go, without its query; of an upload the object.' },
  sequence: { ...whole, description: 'Its place among all deliveries of the account.' },
  created_at: instant,
  ended_at: orNull(instant),
};

/** `Delivery`: one event on its way to one destination. */
export const deliverySchema = shape(always);

/** `DeliveryRecord`: a delivery with what was sent and what came of it. */
export const deliveryRecordSchema = shape({
  ...always,
  body: { ...orNull(text), description: 'What is sent, byte for byte; null before the first attempt, and for an upload.' },
  attempt_log: listOf(component('Attempt')),
});

/** `Attempt`: one POST, or one upload. */
export const attemptSchema = shape({
  number: whole,
  outcome: oneOf(['started', 'succeeded', 'failed', 'lost']),
  started_at: instant,
  finished_at: orNull(instant),
  status: { ...orNull(whole), description: 'The HTTP status of the answer.' },
  error: { ...orNull(text), description: 'Why it failed, as a code: see docs/webhooks.md.' },
  duration_ms: orNull(whole),
  response: { ...orNull(text), description: 'The first 16 KiB of the answer.' },
  target: text,
});

/** How many were, or would be, sent again. */
export const recoveredSchema = shape({ deliveries: whole, preview: flag });
