import type { DescField } from '@bufbuild/protobuf';
import {
  AnnouncementSchema,
  CreateScreenshotRequestSchema,
  ListScreenshotsRequestSchema,
  OptionsSchema,
  SealWebhookRequestSchema,
} from '@shotwire/contract';
import { fieldSchemaOf, fieldSchemasOf, objectSchema } from '../schema/field-schema.ts';
import { momentSchema } from '../schema/moment.ts';

const { limit, status, url, tag, batchId, externalId } = ListScreenshotsRequestSchema.field;

const notAsked = ['id', 'options', 'announcement'];
const own = CreateScreenshotRequestSchema.fields.filter(({ name }) => !notAsked.includes(name));
const { webhookUrl, webhookEvents, apps } = AnnouncementSchema.field;
const { secret, headers } = SealWebhookRequestSchema.field;

/** What a wish has beside its options: the fields of several messages, by their names in the REST API. */
export const wishFields: Readonly<Record<string, DescField>> = {
  ...Object.fromEntries(own.map((field) => [field.name, field])),
  webhook_url: webhookUrl,
  webhook_events: webhookEvents,
  webhook_secret: secret,
  webhook_headers: headers,
  apps,
};

const wishFieldSchemas = Object.fromEntries(Object.entries(wishFields).map(([name, field]) => [name, fieldSchemaOf(field)]));
const byId = fieldSchemaOf(apps);

/** A wish: the options lie flat beside its other fields. Apps may be a list of ids too. */
export const wishSchema = objectSchema({
  ...wishFieldSchemas,
  apps: { ...byId, type: ['array', 'object'], items: { type: 'string' }, ...(byId.maxProperties && { maxItems: byId.maxProperties }) },
  ...fieldSchemasOf(OptionsSchema),
});

/** The query of the list. */
export const listSchema = objectSchema({
  limit: fieldSchemaOf(limit),
  status: fieldSchemaOf(status),
  url: fieldSchemaOf(url),
  tag: fieldSchemaOf(tag),
  batch: fieldSchemaOf(batchId),
  external_id: fieldSchemaOf(externalId),
  created_from: momentSchema('Those made at this moment or later.'),
  created_before: momentSchema('Those made before this moment.'),
  cursor: { type: 'string', maxLength: 200, description: 'The next_cursor of the page before.' },
});

/** A wish that keeps to its schema. */
export type Wish = {
  url?: string;
  html?: string;
  markdown?: string;
  webhook_url?: string;
  webhook_events?: string[];
  webhook_secret?: string;
  webhook_headers?: Readonly<Record<string, string>>;
  apps?: readonly string[] | Readonly<Record<string, string>>;
} & Readonly<Record<string, unknown>>;

/** A query that keeps to its schema. */
export interface ListQuery {
  limit?: number;
  status?: string;
  url?: string;
  tag?: string;
  batch?: string;
  external_id?: string;
  created_from?: string;
  created_before?: string;
  cursor?: string;
}
