import { CrawlSchema, CreateBatchRequestSchema, rulesOf } from '@shotwire/contract';
import { fieldSchemaOf, fieldSchemasOf, objectSchema } from '../schema/field-schema.ts';
import { wishSchema } from '../screenshots/schema.ts';

/** Rows that a batch may have. */
export const mostRows = rulesOf(CreateBatchRequestSchema.field.rows)?.maxItems ?? 0;

const { url, html, markdown, external_id: externalId, ...shared } = wishSchema.properties;
/** Said once, for all rows and for the batch itself: a secret is sealed once. */
const announced = ['webhook_url', 'webhook_events', 'webhook_secret', 'webhook_headers', 'apps'];
const own = Object.entries(wishSchema.properties).filter(([name]) => !announced.includes(name));

/** A row: a wish that says nothing of who is told. */
export const rowSchema = objectSchema(Object.fromEntries(own));

/** What holds for all rows, and what the batch itself is told. */
export const commonSchema = objectSchema({ ...shared, external_id: fieldSchemaOf(CreateBatchRequestSchema.field.externalId) });

const { discovered, ...whereToLook } = fieldSchemasOf(CrawlSchema);

/** A batch, but for its rows: they are many, and judged one by one. */
export const batchSchema = objectSchema({
  urls: { type: 'array', maxItems: mostRows, description: 'The pages.' },
  requests: { type: 'array', maxItems: mostRows, description: 'Wishes with options of their own, which go before those of the batch.' },
  crawl: {
    ...objectSchema(whereToLook, ['start_url']),
    description: 'Find the pages: those that are linked from the first one, within one domain.',
  },
  ...commonSchema.properties,
});

/** Where the rows of a batch come from: there is one of these. */
export const sources = ['urls', 'requests', 'crawl'] as const;
