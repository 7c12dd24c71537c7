import { ListBatchesRequestSchema, ListScreenshotsRequestSchema } from '@shotwire/contract';
import { fieldSchemaOf, objectSchema } from '../schema/field-schema.ts';

const cursor = { type: 'string', maxLength: 200, description: 'The next_cursor of the page before.' } as const;
const batches = ListBatchesRequestSchema.field;
const rows = ListScreenshotsRequestSchema.field;

/** The query of the list of batches. */
export const listSchema = objectSchema({ limit: fieldSchemaOf(batches.limit), status: fieldSchemaOf(batches.status), cursor });

/** The query of the list of a batch's rows. */
export const rowListSchema = objectSchema({ limit: fieldSchemaOf(rows.limit), status: fieldSchemaOf(rows.status), cursor });

/** A query that keeps to either. */
export interface PageQuery {
  limit?: number;
  status?: string;
  cursor?: string;
}
