import {
  CacheSchema,
  DeliveryStateSchema,
  OptionsSchema,
  PrioritySchema,
  ScreenshotStatusSchema,
  SourceSchema,
  wordsOf,
} from '@shotwire/contract';
import {
  component,
  componentOrNull,
  flag,
  instant,
  type JsonSchema,
  listOf,
  oneOf,
  orNull,
  shape,
  text,
  uuid,
  whole,
} from '../openapi/json-schema.ts';
import { fieldSchemasOf } from '../schema/field-schema.ts';

const states = wordsOf(DeliveryStateSchema).values();

/** How far a delivery has come: `Progress`. */
export const progress = {
  state: oneOf([...states, 'unknown']),
  attempts: orNull(whole),
  next_attempt_at: orNull(instant),
  last_status: orNull(whole),
  last_error: orNull(text),
};

/** Options with every default filled in, without secrets. Those that say nothing are not there. */
export const optionsSchema: JsonSchema = { type: 'object', properties: fieldSchemasOf(OptionsSchema) };

/** `Explanation`: what a wish would come to. */
export const explanationSchema = shape(
  {
    options: component('ScreenshotOptions'),
    cache_key: { ...text, description: 'Equal for wishes that are equal: what dedupe and cache_ttl go by.' },
    warnings: { ...listOf(text), description: 'What you may not expect, in sentences.' },
    may_be_visited: { ...flag, description: 'As far as that is known without asking DNS.' },
  },
  { blocked_because: text },
);

/** `WebhookProgress`: what became of a webhook_url. */
export const webhookProgressSchema = shape(progress);

/** `ScreenshotDelivery`: one event on its way to one destination, as its screenshot shows it. */
export const screenshotDeliverySchema = shape({ id: text, app_id: orNull(uuid), event: text, ...progress });

/** `Artefact`: a further result. */
export const artefactSchema = shape({ name: text, mime_type: text, file_size: whole, url: text }, { width: whole, height: whole });

/** `Screenshot`, as every answer shows it. */
export const screenshotSchema = shape(
  {
    id: uuid,
    status: oneOf(wordsOf(ScreenshotStatusSchema).values()),
    url: { ...orNull(text), description: 'The page; null when it came with the request.' },
    options: component('ScreenshotOptions'),
    webhook_url: orNull(text),
    webhook: { ...componentOrNull('WebhookProgress'), description: 'Of the end at webhook_url; null when that is not told of it.' },
    created_at: instant,
  },
  {
    file_size: whole,
    mime_type: text,
    width: whole,
    height: whole,
    processing_time_ms: whole,
    image_url: text,
    error: shape({ code: text, message: text }),
    completed_at: orNull(instant),
    failed_at: orNull(instant),
    cancelled_at: orNull(instant),
    expires_at: orNull(instant),
    source: oneOf(wordsOf(SourceSchema).values()),
    priority: oneOf(wordsOf(PrioritySchema).values()),
    cache: oneOf(wordsOf(CacheSchema).values()),
    tags: listOf(text),
    batch_id: uuid,
    batch_row: whole,
    external_id: text,
    metadata: { type: 'object', additionalProperties: text },
    retry_of: uuid,
    apps: listOf(uuid),
    artefacts: listOf(component('Artefact')),
    report_url: text,
    verdicts: shape({ blank: flag, challenge: flag, error_page: flag, banner_removed: flag, partial: flag }),
    final_url: orNull(text),
    http_status: orNull(whole),
    title: orNull(text),
    sha256: orNull(text),
    perceptual_hash: orNull(text),
    deliveries: {
      type: ['array', 'null'],
      items: component('ScreenshotDelivery'),
      description: 'Oldest first, where apps were chosen; null when nobody can be asked now.',
    },
  },
);
