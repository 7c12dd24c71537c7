import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { rulesOf, wordsOf } from '@shotwire/contract';

/** The JSON schema of one field. */
export interface FieldSchema {
  type: 'integer' | 'number' | 'boolean' | 'string';
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  enum?: string[];
}

/** The JSON schema of an object that takes these fields and no others. */
export interface ObjectSchema {
  type: 'object';
  properties: Readonly<Record<string, FieldSchema>>;
  required: readonly string[];
  additionalProperties: false;
}

/** The schema of a field, from its type and the rules written beside it in proto. */
export function fieldSchemaOf(field: DescField): FieldSchema {
  const rules = rulesOf(field);
  return {
    ...typeOf(field),
    ...(rules?.min !== undefined && { minimum: rules.min }),
    ...(rules?.max !== undefined && { maximum: rules.max }),
    ...(rules?.maxLength !== undefined && { maxLength: rules.maxLength }),
    ...(rules?.defaultJson && { default: JSON.parse(rules.defaultJson) }),
    ...(rules?.says && { description: rules.says }),
  };
}

/** The schemas of a message's fields, by their names in the REST API. */
export function fieldSchemasOf(desc: DescMessage): Record<string, FieldSchema> {
  return Object.fromEntries(desc.fields.map((field) => [field.name, fieldSchemaOf(field)]));
}

/** An object of fields. */
export function objectSchema(properties: Record<string, FieldSchema>, required: readonly string[] = []): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

function typeOf(field: DescField): Pick<FieldSchema, 'type' | 'enum'> {
  if (field.fieldKind === 'enum') return { type: 'string', enum: [...wordsOf(field.enum).values()] };
  if (field.fieldKind === 'scalar') {
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
    }
  }
  throw new TypeError(`${field.parent.typeName}.${field.name} has no JSON schema`);
}
