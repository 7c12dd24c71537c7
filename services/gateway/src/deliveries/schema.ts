import { ListDeliveriesRequestSchema, ListScreenshotsRequestSchema } from '@shotwire/contract';
import { fieldSchemaOf, objectSchema } from '../schema/field-schema.ts';
import { momentSchema } from '../schema/moment.ts';

const { state } = ListDeliveriesRequestSchema.field;
const appId = { type: 'string', maxLength: 36, description: 'Those to this app.' } as const;

/** The query of the list. */
export const listSchema = objectSchema({
  // As of every list.
  limit: fieldSchemaOf(ListScreenshotsRequestSchema.field.limit),
  state: { ...fieldSchemaOf(state), description: 'Those in this state.' },
  app_id: appId,
  event: { type: 'string', maxLength: 64, description: 'Those of this type of event.' },
  subject_id: { type: 'string', maxLength: 36, description: 'Those about this screenshot or batch.' },
  created_from: momentSchema('Those made at this moment or later.'),
  created_before: momentSchema('Those made before this moment.'),
  cursor: { type: 'string', maxLength: 200, description: 'The next_cursor of the page before.' },
});

/** Which failed deliveries are to be sent again. */
export const recoverySchema = objectSchema(
  {
    from: momentSchema('Those that failed at this moment or later: at most 14 days ago.'),
    to: momentSchema('Those that failed before this moment; now when not given.'),
    app_id: appId,
    preview: { type: 'boolean', default: false, description: 'Only count them.' },
  },
  ['from'],
);

/** A query that keeps to its schema. */
export interface ListQuery {
  limit?: number;
  state?: string;
  app_id?: string;
  event?: string;
  subject_id?: string;
  created_from?: string;
  created_before?: string;
  cursor?: string;
}

/** A body that keeps to its schema. */
export interface Recovery {
  from: string;
  to?: string;
  app_id?: string;
  preview?: boolean;
}
