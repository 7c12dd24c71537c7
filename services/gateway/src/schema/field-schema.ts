import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { patternOf, rulesOf, wordsOf } from '@shotwire/contract';

type SchemaType = 'integer' | 'number' | 'boolean' | 'string' | 'array' | 'object';

/** The JSON schema of one field, as far as proto can say it. */
export interface FieldSchema {
  type: SchemaType | readonly SchemaType[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  pattern?: string;
  enum?: string[];
  items?: FieldSchema;
  maxItems?: number;
  properties?: Readonly<Record<string, FieldSchema>>;
  required?: readonly string[];
  additionalProperties?: false | FieldSchema;
  maxProperties?: number;
  /** What the pattern wants, in words. Not JSON schema: for the sentence that refuses. */
  'x-pattern-says'?: string;
}

/** The JSON schema of an object that takes these fields and no others. */
export interface ObjectSchema extends FieldSchema {
  type: 'object';
  properties: Readonly<Record<string, FieldSchema>>;
  required: readonly string[];
  additionalProperties: false;
}

/** The schema of a field, from its type and the rules written beside it in proto. */
export function fieldSchemaOf(field: DescField): FieldSchema {
  const rules = rulesOf(field);
  const pattern = patternOf(rules);
  const ofStrings = {
    ...(rules?.maxLength !== undefined && { maxLength: rules.maxLength }),
    ...(rules && pattern && { pattern, 'x-pattern-says': rules.patternSays }),
  };
  const ofNumbers = {
    ...(rules?.min !== undefined && { minimum: rules.min }),
    ...(rules?.max !== undefined && { maximum: rules.max }),
  };
  const about = {
    ...(rules?.defaultJson && { default: JSON.parse(rules.defaultJson) }),
    ...(rules?.says && { description: rules.says }),
  };
  const most = rules?.maxItems;
  switch (field.fieldKind) {
    case 'list': {
      const each = field.message ? messageSchema(field.message) : { ...typeOf(field), ...ofStrings };
      return { type: 'array', items: each, ...(most !== undefined && { maxItems: most }), ...about };
    }
    case 'map':
      return {
        type: 'object',
        additionalProperties: { type: 'string', ...ofStrings },
        ...(most !== undefined && { maxProperties: most }),
        ...about,
      };
    case 'message':
      return { ...messageSchema(field.message), ...about };
    default:
      return { ...typeOf(field), ...ofNumbers, ...ofStrings, ...about };
  }
}

/** The schemas of a message's fields, by their names in the REST API. */
export function fieldSchemasOf(desc: DescMessage): Record<string, FieldSchema> {
  return Object.fromEntries(desc.fields.map((field) => [field.name, fieldSchemaOf(field)]));
}

/** An object of fields. */
export function objectSchema(properties: Record<string, FieldSchema>, required: readonly string[] = []): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

function messageSchema(desc: DescMessage): ObjectSchema {
  const required = desc.fields.filter((field) => rulesOf(field)?.required).map(({ name }) => name);
  return objectSchema(fieldSchemasOf(desc), required);
}

function typeOf(field: DescField): Pick<FieldSchema, 'type' | 'enum'> {
  if (field.enum) return { type: 'string', enum: [...wordsOf(field.enum).values()] };
  switch (field.scalar) {
    case ScalarType.INT32:
      return { type: 'integer' };
    case ScalarType.DOUBLE:
      return { type: 'number' };
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.STRING:
      return { type: 'string' };
    default:
      throw new TypeError(`${field.parent.typeName}.${field.name} has no JSON schema`);
  }
}
