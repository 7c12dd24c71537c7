import { CreateScreenshotRequestSchema, ListScreenshotsRequestSchema, OptionsSchema } from '@shotwire/contract';
import { fieldSchemaOf, fieldSchemasOf, objectSchema } from '../schema/field-schema.ts';

const { limit, status } = ListScreenshotsRequestSchema.field;

const { id: _ours, options: _flat, ...wishFields } = fieldSchemasOf(CreateScreenshotRequestSchema);

/** A wish: the options lie flat beside its other fields. */
export const wishSchema = objectSchema({ ...wishFields, ...fieldSchemasOf(OptionsSchema) });

/** The query of the list. */
export const listSchema = objectSchema({
  limit: fieldSchemaOf(limit),
  status: fieldSchemaOf(status),
  cursor: { type: 'string', maxLength: 200, description: 'The next_cursor of the page before.' },
});

/** A wish that keeps to its schema. */
export type Wish = { url?: string; html?: string; markdown?: string; webhook_url?: string } & Readonly<Record<string, unknown>>;

/** A query that keeps to its schema. */
export interface ListQuery {
  limit?: number;
  status?: string;
  cursor?: string;
}

/** A query with its numbers as numbers: in a URL everything is text. What is no number stays as it is, for the schema to refuse. */
export function withNumbers(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = Object.hasOwn(listSchema.properties, name) ? listSchema.properties[name]?.type : undefined;
      const isNumber = (type === 'integer' || type === 'number') && typeof value === 'string' && /^-?\d{1,9}(\.\d{1,9})?$/.test(value);
      return [name, isNumber ? Number(value) : value];
    }),
  );
}
