/** A JSON schema of what is answered. It documents, and tests check it; nothing is serialised by it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly contentMediaType?: string;
  readonly items?: object;
  readonly properties?: object;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | object;
  readonly anyOf?: readonly object[];
  readonly $ref?: string;
}

export const text = { type: 'string' } as const satisfies JsonSchema;
export const whole: JsonSchema = { type: 'integer' };
export const flag: JsonSchema = { type: 'boolean' };
export const uuid: JsonSchema = { type: 'string', format: 'uuid' };
/** A moment, with six digits of its second. */
export const instant: JsonSchema = { type: 'string', format: 'date-time' };

/** One of some words. */
export function oneOf(words: Iterable<string>): JsonSchema {
  return { type: 'string', enum: [...words] };
}

/** The same, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    type: [schema.type ?? [], 'null'].flat(),
    ...(schema.enum && { enum: [...schema.enum, null] }),
  };
}

/** Many of the same. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** A component, by its name. */
export function component(name: string): JsonSchema {
  return { $ref: `${name}#` };
}

/** A component, or null. */
export function componentOrNull(name: string): JsonSchema {
  return { anyOf: [component(name), { type: 'null' }] };
}

/** An object that always has the first fields, and the others where they say something. More may be added. */
export function shape(
  always: Readonly<Record<string, JsonSchema>>,
  sometimes: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema & { properties: Readonly<Record<string, JsonSchema>> } {
  return { type: 'object', required: Object.keys(always), properties: { ...always, ...sometimes } };
}

/** A page of a list. */
export function pageOf(name: string): JsonSchema {
  return shape({
    data: listOf(component(name)),
    next_cursor: { type: ['string', 'null'], description: 'The cursor of the next page; null on the last one.' },
  });
}
