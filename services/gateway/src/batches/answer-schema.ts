import { BatchStatusSchema, wordsOf } from '@shotwire/contract';
import { component, flag, instant, type JsonSchema, listOf, oneOf, orNull, shape, text, uuid, whole } from '../openapi/json-schema.ts';
import { batchSchema, rowSchema } from './schema.ts';

/** `BatchRow`, as it is sent. */
export const batchRowSchema: JsonSchema = { ...rowSchema };

/** `BatchRequest`: of `urls`, `requests` and `crawl` there is one. */
export const batchRequestSchema: JsonSchema = {
  ...batchSchema,
  properties: {
    ...batchSchema.properties,
    urls: { ...batchSchema.properties.urls, items: text },
    requests: { ...batchSchema.properties.requests, items: component('BatchRow') },
  },
};

/** `Batch`, as every answer shows it. */
export const batchAnswerSchema = shape(
  {
    id: uuid,
    status: {
      ...oneOf(wordsOf(BatchStatusSchema).values()),
      description: '`completed` when all rows have ended and one or more completed, `failed` when none did.',
    },
    total: whole,
    completed: whole,
    failed: whole,
    cancelled: whole,
    created_at: instant,
    ended_at: orNull(instant),
  },
  {
    external_id: text,
    replay_of: uuid,
    crawl: shape({ start_url: text, domain: text, max_urls: whole, ignore_robots: flag, discovered: whole }),
    webhook_url: text,
    apps: listOf(uuid),
    download_url: { ...text, description: 'Where its results are as a ZIP, once it has ended.' },
  },
);
