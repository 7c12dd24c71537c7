import { AppSchema, CreateAppRequestSchema, RotateAppSecretRequestSchema, rulesOf } from '@shotwire/contract';
import { type FieldSchema, fieldSchemaOf, objectSchema } from '../schema/field-schema.ts';

const { description, webhook, s3 } = AppSchema.field;
const overlapRules = rulesOf(RotateAppSecretRequestSchema.field.overlap);

/** The fields of one of the two kinds, of which a change may have any. */
function someOf(field: typeof webhook): FieldSchema {
  return { ...fieldSchemaOf(field), required: [] };
}

/** An app to be: a webhook or a bucket. */
export const newAppSchema = objectSchema({
  description: fieldSchemaOf(description),
  webhook: { ...fieldSchemaOf(webhook), description: 'An endpoint for webhooks.' },
  s3: { ...fieldSchemaOf(s3), description: 'A bucket for images.' },
  secret: fieldSchemaOf(CreateAppRequestSchema.field.secret),
});

/** What is to change; what is not named stays. An object or a list is replaced as a whole. */
export const appChangeSchema = objectSchema({ description: fieldSchemaOf(description), webhook: someOf(webhook), s3: someOf(s3) });

/** How a secret is replaced. */
export const rotationSchema = objectSchema({
  secret: fieldSchemaOf(RotateAppSecretRequestSchema.field.secret),
  overlap: {
    type: 'integer',
    minimum: overlapRules?.min ?? 0,
    maximum: overlapRules?.max ?? 0,
    default: Number(overlapRules?.defaultJson),
    description: overlapRules?.says ?? '',
  },
});

/** What is to be shown, and whether it is sent. */
export const trialSchema = objectSchema({
  event: { type: 'string', maxLength: 64, default: 'screenshot.completed', description: 'The type of the event.' },
  send: { type: 'boolean', default: false, description: 'Send it, once. Not for buckets.' },
});

/** A body that keeps to {@link newAppSchema} or {@link appChangeSchema}. */
export interface AppBody {
  description?: string;
  webhook?: Readonly<Record<string, unknown>>;
  s3?: Readonly<Record<string, unknown>>;
  secret?: string;
}
